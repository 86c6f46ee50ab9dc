// What the specs share: ways to reach the parts of the page by role and name, and to read the table of frames.
import { readFileSync } from 'node:fs'
import { expect } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'

/** A row of the table twin, cell by cell. */
export interface FrameRow {
  readonly time: string
  readonly place: string
  readonly way: string
  readonly frame: string
  readonly fate: string
}

/** The parts of the page that most tests touch. */
export const parts = (page: Page) => ({
  canvas: page.getByRole('region', { name: 'Canvas' }),
  tree: page.getByRole('treegrid', { name: 'Lab' }),
  timeline: page.getByRole('application', { name: /^Timeline with \d+ lanes$/ }),
  packet: page.getByRole('region', { name: 'Packet', exact: true }),
  why: page.getByRole('region', { name: 'Why', exact: true }),
  table: page.getByRole('grid', { name: 'Frames in the order in which they were seen' }),
  messages: page.getByRole('region', { name: 'Messages' }),
  gallery: page.getByRole('dialog', { name: 'Labs' }),
})

/** The heading that names the open lab. */
export const labTitle = (page: Page): Locator => page.getByRole('heading', { level: 1 })

/** Opens the page and waits until the example has run and its lanes are there. */
export async function openPage(page: Page, address = './'): Promise<void> {
  await page.goto(address)
  await expect(parts(page).timeline).toBeVisible()
}

/** Opens the page on a lab whose actions have not been run. */
export async function openQuietly(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await expect(noFrames(page)).toBeVisible()
}

/** What the timeline says before the first frame. */
export const noFrames = (page: Page): Locator => page.getByText(/^No frame has been seen yet\./)

/** Opens a lab from the gallery: searches for its title and presses its card. */
export async function openFromGallery(page: Page, title: string): Promise<void> {
  const { gallery } = parts(page)
  await page.getByRole('button', { name: 'Gallery' }).click()
  await gallery.getByRole('searchbox').fill(title.replaceAll(':', ''))
  await gallery.getByRole('button', { name: title }).click()
  await expect(gallery).toBeHidden()
  await expect(labTitle(page)).toHaveText(title)
}

/** Pastes a script into the dialog and opens it. */
export async function openByPasting(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Paste', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Paste a script' })
  await dialog.getByRole('textbox').fill(text)
  await dialog.getByRole('button', { name: 'Open', exact: true }).click()
  await expect(dialog).toBeHidden()
}

/** Runs a command in the tab of actions. */
export async function runCommand(page: Page, command: string): Promise<void> {
  await page.getByRole('tab', { name: 'Actions' }).click()
  const field = page.getByRole('textbox', { name: 'Command to run on the bench' })
  await field.fill(command)
  await field.press('Enter')
}

/** Shows the table twin of the timeline from its first row: the table opens at the cursor. */
export async function showTable(page: Page): Promise<Locator> {
  const { table } = parts(page)
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await page.getByRole('button', { name: 'To the beginning' }).click()
  await page.getByRole('button', { name: 'Table', exact: true }).click()
  await expect(table.getByRole('row').nth(1)).toBeVisible()
  return table
}

/** The rows of the table that hold all these words. */
export function rowsWith(table: Locator, ...words: readonly string[]): Locator {
  return words.reduce((rows, hasText) => rows.filter({ hasText }), table.getByRole('row'))
}

/** Reads the whole table: turns the wheel until every row has been in sight with all its cells filled. */
export async function readTable(page: Page, table: Locator): Promise<readonly FrameRow[]> {
  const rows = new Map<number, FrameRow>()
  await table.hover()
  await expect
    .poll(
      async () => {
        for (const [index, row] of await readVisible(table)) rows.set(index, row)
        await page.mouse.wheel(0, rows.size === 0 ? -100_000 : 90)
        const total = Number(await table.getAttribute('aria-rowcount')) - 1
        return total > 0 && rows.size === total
      },
      { intervals: [40], timeout: 45_000 },
    )
    .toBe(true)
  return [...rows].sort(([a], [b]) => a - b).map(([, row]) => row)
}

async function readVisible(table: Locator): Promise<readonly (readonly [number, FrameRow])[]> {
  const read = await table.getByRole('row').evaluateAll((rows) =>
    rows.map((row) => {
      const cells = [...row.querySelectorAll('[role="gridcell"]')].map((cell) => cell.textContent.trim())
      return { index: Number(row.getAttribute('aria-rowindex')), cells }
    }),
  )
  return read.flatMap(({ index, cells }) => {
    const [time, place, way, frame, fate] = cells
    const isFilled = [time, place, way, frame, fate].every((cell) => cell !== undefined && cell !== '')
    if (!isFilled) return []
    return [[index, { time: time!, place: place!, way: way!, frame: frame!, fate: fate! }] as const]
  })
}

/** A lab of the collection as text. */
export function labText(name: string): string {
  return readFileSync(new URL(`../conformance/labs/${name}.sh`, import.meta.url), 'utf8')
}

/** Hears what the page says to the console and every request that leaves for another origin. */
export function overhear(page: Page): { readonly heard: string[]; readonly left: string[] } {
  const heard: string[] = []
  const left: string[] = []
  page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => heard.push(`uncaught: ${error.message}`))
  page.context().on('request', (request) => {
    const url = new URL(request.url())
    const isOwn = url.protocol === 'data:' || url.protocol === 'blob:' || url.hostname === 'localhost'
    if (!isOwn) left.push(request.url())
  })
  return { heard, left }
}

/** Drops a file onto the page, as from a file manager. */
export async function dropFile(page: Page, name: string, content: Uint8Array | string): Promise<void> {
  const bytes = [...(typeof content === 'string' ? new TextEncoder().encode(content) : content)]
  const data = await page.evaluateHandle(
    ({ name: fileName, bytes: fileBytes }) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([new Uint8Array(fileBytes)], fileName))
      return transfer
    },
    { name, bytes },
  )
  const canvas = parts(page).canvas
  await canvas.dispatchEvent('dragover', { dataTransfer: data })
  await canvas.dispatchEvent('drop', { dataTransfer: data })
}
