/** Mounts a component inside a product on a fake bridge, as App would. */
import { render } from '@testing-library/svelte'
import type { Component } from 'svelte'
import { Product } from '../../renderer/state/product.svelte.ts'
import { FakeDevices } from './fake-devices.ts'
import { FakeBridge, type FakeBridgeOptions } from './fake-bridge.ts'
import InProduct from './InProduct.svelte'
import './layout.ts'

export interface Mounted {
  readonly bridge: FakeBridge
  readonly product: Product
  readonly devices: FakeDevices
}

/** The state classes alone, started and, where the vault is open, loaded. */
export async function startProduct(options: FakeBridgeOptions = {}): Promise<Mounted> {
  const bridge = new FakeBridge(options)
  const devices = new FakeDevices()
  const product = new Product(bridge, devices)
  await product.start()
  if (bridge.vault.state === 'open') await product.opened()
  return { bridge, product, devices }
}

/** Renders a view (no props) below a started product. */
export async function mountView(view: Component, options: FakeBridgeOptions = {}) {
  const mounted = await startProduct(options)
  return { ...mounted, ...render(InProduct, { props: { product: mounted.product, view } }) }
}
