/** Mounts the application on the bridge that the preload exposed. */
import { mount } from 'svelte'
import App from './App.svelte'
import './styles/index.css'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no #app')

mount(App, { target, props: { bridge: window.consilium } })
