// A lab of hundreds of things comes onto the canvas in parts: how much is there is told, and the rest can wait.
import { expect, test } from '@playwright/test'
import { openByPasting, openQuietly, parts } from './support.ts'

const MACHINES = 300

test('the drawing of a large lab can be stopped and gone on with', async ({ page }) => {
  await openQuietly(page, './?lab=arp-basics')
  const script = Array.from({ length: MACHINES }, (_, k) => `ip netns add m${k}\nip -n m${k} link add d0 type dummy\n`)
  // Pressed as soon as it is there: a fast machine has drawn the lab before a hand is at the button.
  await page.evaluate(() => {
    const stop = (): void => {
      const status = document.querySelector('.opening-status')
      if (status !== null && /^Drawing: [1-9]/.test(status.textContent)) status.querySelector('button')?.click()
      else requestAnimationFrame(stop)
    }
    requestAnimationFrame(stop)
  })
  await openByPasting(page, `#%% vethlab 1\n${script.join('')}`)
  const { canvas, tree } = parts(page)
  const status = canvas.getByRole('status').filter({ hasText: /^[1-9]\d* of 60\d things are drawn$/ })
  await expect(status).toBeVisible()
  const nodes = canvas.locator('.react-flow__node')
  const count = await nodes.count()
  expect(count).toBeLessThan(2 * MACHINES)
  // The lab is open all the same.
  await tree.getByRole('row', { name: /^m0 / }).click()
  await expect(
    page.getByRole('region', { name: 'Inspector' }).getByRole('heading', { name: 'm0' }).first(),
  ).toBeVisible()
  expect(await nodes.count()).toBe(count)

  await canvas.getByRole('button', { name: 'Draw the rest' }).click()
  await expect(nodes).toHaveCount(2 * MACHINES)
  await expect(status).toBeHidden()
})
