// Saves the canvas as SVG or PNG, as it is laid out now and in the colours of the page.
import { layoutCanvas } from '../canvas/layout.ts'
import { pictureSvg } from '../canvas/picture.ts'
import type { PictureColours } from '../canvas/picture.ts'
import { topologyOf } from '../canvas/topology.ts'
import type { LabSession } from '../../lab/session.ts'
import { saveFile } from './share-lab.ts'

/** Dots of a PNG for each pixel of the canvas: sharp in print. */
const SCALE = 2

/** Has the browser save the picture of the lab. */
export async function savePicture(session: LabSession, name: string, form: 'svg' | 'png'): Promise<void> {
  const { view } = session.network.getState()
  if (view === undefined) return
  const { machines, positions } = session.lab.getState()
  const topology = topologyOf(view, machines)
  const svg = pictureSvg(layoutCanvas(topology, positions), topology, coloursOf(document.documentElement))
  const blob = new Blob([svg], { type: 'image/svg+xml' })
  saveFile(`${name.replace(/\.sh$/, '')}.${form}`, form === 'svg' ? blob : await rasterised(blob))
}

function coloursOf(element: Element): PictureColours {
  const style = getComputedStyle(element)
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  return {
    background: colour('--surface-canvas'),
    surface: colour('--surface'),
    sunken: colour('--surface-sunken'),
    line: colour('--line-strong'),
    text: colour('--text-main'),
    muted: colour('--text-muted'),
    good: colour('--good'),
    bad: colour('--bad'),
  }
}

async function rasterised(svg: Blob): Promise<Blob> {
  const url = URL.createObjectURL(svg)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.naturalWidth * SCALE
    canvas.height = image.naturalHeight * SCALE
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png')
    })
  } finally {
    URL.revokeObjectURL(url)
  }
}
