/**
 * Preloaded into the launched app: the app becomes ready when Playwright, attached to it, says so.
 * Without this the first window can appear while Playwright is still connecting, and is then missed.
 */
'use strict'
const { app } = require('electron')

const ready = app.whenReady()
let release
const released = new Promise((resolve) => {
  release = resolve
})
app.whenReady = () => released

// Playwright evaluates this name once it has attached.
globalThis.__playwright_run = async () => {
  release(await ready)
}
