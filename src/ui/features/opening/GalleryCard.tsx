// A lab of the gallery as a card that opens it. Its picture is drawn when it comes into sight.
import { memo, useEffect, useRef, useState } from 'react'
import { useSession } from '../../lab/context.tsx'
import { takeOpeningTurn } from '../../lab/built-lab.ts'
import { openLab } from '../../lab/open-lab.ts'
import type { LabSession } from '../../lab/session.ts'
import type { GalleryLab } from './gallery-labs.ts'
import { thumbnailOf } from './thumbnail.ts'

interface GalleryCardProps {
  readonly lab: GalleryLab
  readonly onClose: () => void
}

export const GalleryCard = memo(
  function GalleryCard({ lab, onClose }: GalleryCardProps) {
    const session = useSession()
    return (
      <button
        type="button"
        className="gallery__card"
        onClick={() => {
          onClose()
          void openFromGallery(session, lab.name)
        }}
      >
        <ThumbnailPicture name={lab.name} />
        <span className="gallery__words">
          <span className="gallery__name">{lab.title}</span>
          <span className="gallery__description muted">{lab.shows}</span>
        </span>
      </button>
    )
  },
  (before, after) => before.lab === after.lab,
)

async function openFromGallery(session: LabSession, name: string): Promise<void> {
  const turn = takeOpeningTurn(session)
  const text = await scriptOf(name)
  if (text !== undefined) await openLab(session, { text, origin: { kind: 'gallery', name }, turn })
}

/** One file with all scripts: the first card in sight asks for it. */
async function scriptOf(name: string): Promise<string | undefined> {
  const { LAB_SCRIPTS } = await import('./gallery-scripts.ts')
  return LAB_SCRIPTS.get(name)
}

const WIDTH = 96
const HEIGHT = 60

function ThumbnailPicture({ name }: { readonly name: string }) {
  const picture = useRef<SVGSVGElement>(null)
  const [paths, setPaths] = useState<Paths | undefined>(undefined)
  useEffect(() => {
    const element = picture.current
    if (element === null) return undefined
    let isCurrent = true
    const draw = async (): Promise<void> => {
      const text = await scriptOf(name)
      if (isCurrent && text !== undefined) setPaths(pathsOf(text))
    }
    const stop = whenInSight(element, () => void draw())
    return () => {
      isCurrent = false
      stop()
    }
  }, [name])
  return (
    <svg
      ref={picture}
      className="gallery__thumbnail"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      {paths !== undefined && (
        <>
          <path className="gallery__wires" d={paths.cables} />
          <path className="gallery__wires" d={paths.children} strokeDasharray="2 2" />
          <path className="gallery__nodes" d={paths.nodes} />
        </>
      )}
    </svg>
  )
}

interface Paths {
  readonly cables: string
  readonly children: string
  readonly nodes: string
}

/** The picture as three paths: a few elements for each card, however large its lab is. */
function pathsOf(text: string): Paths {
  const { nodes, lines } = thumbnailOf(text)
  const at = (index: number): string => {
    const node = nodes[index]
    return `${rounded((node?.x ?? 0) * WIDTH)} ${rounded((node?.y ?? 0) * HEIGHT)}`
  }
  const linesOf = (isChild: boolean): string =>
    lines
      .filter((line) => line.isChild === isChild)
      .map(({ from, to }) => `M${at(from)}L${at(to)}`)
      .join('')
  const boxes = nodes.map(({ x, y, isSwitch }) => {
    const [width, height] = isSwitch ? [20, 7] : [11, 9]
    return `M${rounded(x * WIDTH - width / 2)} ${rounded(y * HEIGHT - height / 2)}h${width}v${height}h-${width}z`
  })
  return { cables: linesOf(false), children: linesOf(true), nodes: boxes.join('') }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

const waiting = new WeakMap<Element, () => void>()
let observer: IntersectionObserver | undefined

/** Runs once when an element is in sight or nearly so; returns what calls it off. */
function whenInSight(element: Element, run: () => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue
        observer?.unobserve(target)
        waiting.get(target)?.()
      }
    },
    { rootMargin: '200px' },
  )
  waiting.set(element, run)
  observer.observe(element)
  return () => {
    waiting.delete(element)
    observer?.unobserve(element)
  }
}
