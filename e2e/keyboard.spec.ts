// Everything with the keyboard alone; and what readers may choose: motion, language, light and dark.
import { expect, test } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'
import { labTitle, noFrames, openPage, parts } from './support.ts'

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible()
  for (let presses = 0; presses < 120; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`120 presses of Tab do not reach ${target.toString()}`)
}

test('the main task with the keyboard alone', async ({ page }) => {
  // Every press of Tab is looked at: some hundreds of questions to the page.
  test.setTimeout(240_000)
  await openPage(page)
  const { gallery, packet, table, tree, why } = parts(page)
  const { keyboard } = page

  // The example is still playing: the gallery must not wait for its end.
  await keyboard.press('g')
  await expect(gallery.getByRole('searchbox')).toBeFocused()
  await keyboard.type('calico proxy arp hosts')
  await expect(gallery.getByRole('listitem')).toHaveCount(1)
  await tabTo(page, gallery.getByRole('button', { name: 'Calico: proxy ARP' }))
  await keyboard.press('Enter')
  await expect(gallery).toBeHidden()
  await expect(labTitle(page)).toHaveText('Calico: proxy ARP')
  await expect(noFrames(page)).toBeVisible()

  // The lab's own actions: one, then all.
  await tabTo(page, page.getByRole('tab', { name: 'Timeline' }))
  await keyboard.press('ArrowRight')
  await tabTo(page, page.getByRole('button', { name: 'Run next' }))
  await keyboard.press('Enter')
  await expect(page.getByText('1 of 7')).toBeVisible()
  await tabTo(page, page.getByRole('button', { name: 'Run all' }))
  await keyboard.press('Enter')
  await expect(page.getByText('7 of 7')).toBeVisible()

  // A ping from the tree: the first host there, P, the second host from a list.
  await tabTo(page, tree.getByRole('row').nth(1))
  for (const name of [/^lo /, /^eth0 /, /^veth0 /, /^ctrA /]) {
    await keyboard.press('ArrowDown')
    await expect(tree.getByRole('row', { name }).and(tree.locator(':focus'))).toBeVisible()
  }
  await keyboard.press('Enter')
  await keyboard.press('p')
  const targets = page.getByRole('dialog', { name: 'Ping from ctrA' })
  await expect(targets.getByRole('listbox')).toBeFocused()
  await keyboard.press('End')
  await keyboard.press('Enter')
  await expect(targets).toBeHidden()
  const pings = page.getByRole('article').filter({ hasText: 'ip netns exec ctrA ping -c 1' })
  await expect(pings.last()).toContainText('0% packet loss')

  // The ARP request, the proxy's reply and why there was one.
  await tabTo(page, page.getByRole('tab', { name: 'Actions' }))
  await keyboard.press('ArrowLeft')
  await tabTo(page, page.getByRole('button', { name: 'To the beginning' }))
  await keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Table', exact: true }))
  await keyboard.press('Enter')
  await tabTo(page, table)
  await keyboard.press('Home')
  await expect(packet).toContainText('Request who-has 10.10.10.20 tell 10.10.10.10')
  for (const place of ['into hostA/veth0', 'out of hostA/veth0']) {
    await keyboard.press('ArrowDown')
    await expect(packet).toContainText(place)
  }
  await expect(why).toContainText('this decided')
  const checks = why.getByRole('button', { name: 'Checks' }).first()
  await tabTo(page, checks)
  await keyboard.press('Enter')
  await expect(checks).toHaveAttribute('aria-expanded', 'false')
  await keyboard.press('Enter')
  await expect(why.getByRole('list').first()).toContainText('net.ipv4.conf.veth0.proxy_arp = 1')
  await tabTo(page, packet.getByRole('treeitem').first())
  await keyboard.press('End')
  await expect(packet.getByRole('treeitem').last()).toBeFocused()
})

test('the tree of the lab is walked like a tree', async ({ page }) => {
  await openPage(page)
  const { tree } = parts(page)
  const { keyboard } = page
  const focused = tree.getByRole('row').and(tree.locator(':focus'))
  await tabTo(page, tree.getByRole('row').nth(1))
  await expect(focused).toHaveAccessibleName(/^hostA host/)
  await keyboard.press('ArrowLeft')
  await expect(focused).toHaveAttribute('aria-expanded', 'false')
  await keyboard.press('ArrowDown')
  await expect(focused).toHaveAccessibleName(/^hostB host/)
  await keyboard.press('ArrowUp')
  await keyboard.press('ArrowRight')
  await expect(focused).toHaveAttribute('aria-expanded', 'true')
  await keyboard.press('ArrowRight')
  await expect(focused).toHaveAccessibleName(/^lo UP/)
  await keyboard.press('ArrowLeft')
  await expect(focused).toHaveAccessibleName(/^hostA host/)
  await keyboard.press('End')
  await expect(focused).toHaveAccessibleName(/^pG UP/)
  await keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('switch/pG')
  await keyboard.press('Home')
  await expect(focused).toHaveAccessibleName(/^hostA host/)
})

test('a dialog gives the focus back to where it was', async ({ page }) => {
  await openPage(page)
  const tab = page.getByRole('tab', { name: 'Actions' })
  await tab.click()
  for (const key of ['p', 'Control+k', '?']) {
    await page.keyboard.press(key)
    await expect(page.getByRole('dialog')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect(tab).toBeFocused()
  }
})

test('full stop and comma step through the frames, Space plays', async ({ page }) => {
  await openPage(page)
  const { keyboard } = page
  const playback = page.getByRole('toolbar', { name: 'Playback' })
  const narration = page.getByRole('status', { name: 'What happens at the cursor' })
  await page.getByRole('button', { name: 'To the beginning' }).click()
  await page.getByRole('heading', { level: 1 }).click()
  await keyboard.press('.')
  await expect(narration).toHaveText('ARP request leaves ctrA/eth0')
  await keyboard.press('.')
  await expect(narration).toHaveText('ARP request arrives on hostA/veth0')
  await keyboard.press(',')
  await expect(narration).toHaveText('ARP request leaves ctrA/eth0')
  await keyboard.press(' ')
  await expect(playback.getByRole('button', { name: 'Pause' })).toBeVisible()
  await keyboard.press(' ')
  await expect(playback.getByRole('button', { name: 'Play' })).toBeVisible()
})

test('with reduced motion no frame travels', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await openPage(page)
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('0.01×')
  await page.getByRole('button', { name: 'To the beginning' }).click()
  await page.getByRole('button', { name: 'Step forward' }).click()
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  // The only place where a class is looked at: the picture of a frame has no name, the narration says it instead.
  const trail = page.locator('.frame-layer__trail')
  await expect(trail.first()).toBeAttached()
  const travelling = page.locator('.frame-layer g:has(> .frame-layer__halo)')
  const first = await travelling.last().getAttribute('transform')
  const cursor = page.getByRole('toolbar', { name: 'Playback' })
  const before = await cursor.textContent()
  await expect.poll(() => cursor.textContent()).not.toBe(before)
  expect(await travelling.last().getAttribute('transform')).toBe(first)
})

test('the page speaks Chinese and remembers it', async ({ page }) => {
  await openPage(page)
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('radio', { name: '简体中文' }).check()
  await page.keyboard.press('Escape')
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  for (const name of ['实验库', '打开文件', '粘贴', '新建', '重置', '分享', '设置', '表格']) {
    await expect(page.getByRole('button', { name, exact: true })).toBeVisible()
  }
  await expect(page.getByRole('region', { name: '检查器' })).toContainText('网关 169.254.1.1 哪里都不存在')
  for (const name of ['时间线', '操作', '问题']) {
    await expect(page.getByRole('tab', { name: new RegExp(name) })).toBeVisible()
  }
  // Names of controls and headings, without those that Linux or the lab gave: no English word is left.
  const chrome = [
    page.getByRole('banner'),
    ...(await page.getByRole('tablist').all()),
    ...(await page.getByRole('toolbar').all()),
  ]
  const names = await Promise.all(chrome.map((part) => part.ariaSnapshot()))
  const words = names.join('\n').match(/"[^"]*"/g) ?? []
  const english = words.filter((text) =>
    /[A-Za-z]{3,}/.test(text.replaceAll(/vethlab|Calico|ARP|ICMP|UDP|TCP|STP|proxy|Shift|tcpdump|icmp and host/g, '')),
  )
  expect(words.length).toBeGreaterThan(25)
  expect(english).toEqual([])
  await page.reload()
  await expect(page.getByRole('button', { name: '实验库' })).toBeVisible()
  await page.getByRole('button', { name: '表格', exact: true }).click()
  await page.getByRole('row').filter({ hasText: 'Request who-has' }).first().click()
  await expect(page.getByRole('region', { name: '为什么' })).toContainText(/[\u4e00-\u9fff]{8}/)
})

test('light and dark follow the system, and the reader may choose', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await openPage(page)
  const brightness = (): Promise<number> =>
    page.evaluate(() => {
      const colour = getComputedStyle(document.body).backgroundColor
      const canvas = document.createElement('canvas').getContext('2d')!
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
      const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data
      return (red + green + blue) / 3
    })
  expect(await brightness()).toBeLessThan(80)
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('radio', { name: 'Light' }).check()
  await expect.poll(brightness).toBeGreaterThan(180)
  await page.reload()
  await expect(parts(page).timeline).toBeVisible()
  expect(await brightness()).toBeGreaterThan(180)
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('radio', { name: 'As the system' }).check()
  await expect.poll(brightness).toBeLessThan(80)
})
