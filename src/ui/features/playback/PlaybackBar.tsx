// Play, step, speed, and where the cursor stands. Keys: Space plays, comma and full stop step.
import { Pause, Play, SkipBack, SkipForward, StepBack, StepForward } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useClock, useSession, useTrace } from '../../lab/context.tsx'
import { seek, step, togglePlaying } from '../../lab/playback.ts'
import { SPEEDS } from '../../stores/clock-store.ts'
import type { Speed } from '../../stores/clock-store.ts'
import './playback-bar.css'

export function PlaybackBar() {
  const { t } = useTranslation()
  const session = useSession()
  const isPlaying = useClock((state) => state.isPlaying)
  const isEmpty = useTrace(({ columns }) => columns.count === 0)
  return (
    <div className="playback-bar" role="toolbar" aria-label={t('playback.title')}>
      <IconAction
        label={t('playback.toStart')}
        isDisabled={isEmpty}
        onClick={() => seek(session, 0)}
        icon={<SkipBack size={15} />}
      />
      <IconAction
        label={t('playback.stepBack')}
        isDisabled={isEmpty}
        onClick={() => step(session, -1)}
        icon={<StepBack size={15} />}
      />
      <button
        type="button"
        className="button button--icon button--primary"
        aria-label={t(isPlaying ? 'playback.pause' : 'playback.play')}
        title={t(isPlaying ? 'playback.pause' : 'playback.play')}
        disabled={isEmpty}
        onClick={() => togglePlaying(session)}
      >
        {isPlaying ? <Pause size={15} /> : <Play size={15} />}
      </button>
      <IconAction
        label={t('playback.stepForward')}
        isDisabled={isEmpty}
        onClick={() => step(session, 1)}
        icon={<StepForward size={15} />}
      />
      <IconAction
        label={t('playback.toEnd')}
        isDisabled={isEmpty}
        onClick={() => seek(session, session.clock.getState().now)}
        icon={<SkipForward size={15} />}
      />
      <SpeedSelect />
      <CursorTime />
    </div>
  )
}

function SpeedSelect() {
  const { t } = useTranslation()
  const { clock } = useSession()
  const speed = useClock((state) => state.speed)
  return (
    <select
      className="field playback-bar__speed"
      aria-label={t('playback.speed')}
      value={speed}
      onChange={(event) =>
        clock.setState({ speed: SPEEDS.find((each) => String(each) === event.target.value) ?? (1 satisfies Speed) })
      }
    >
      {SPEEDS.map((each) => (
        <option key={each} value={each}>
          {each}×
        </option>
      ))}
    </select>
  )
}

/** Seconds with microseconds: the smallest step between two sightings is a few of them. */
function CursorTime() {
  const { t } = useTranslation()
  const cursor = useClock((state) => state.cursor)
  const now = useClock((state) => state.now)
  return (
    <span className="playback-bar__time mono">
      <span title={t('playback.cursor')}>{secondsText(cursor)}</span>
      <span className="muted" title={t('playback.now')}>
        {' / '}
        {secondsText(now)} s
      </span>
    </span>
  )
}

function secondsText(ns: number): string {
  return (ns / 1e9).toFixed(6)
}

function IconAction(props: { label: string; isDisabled: boolean; icon: React.ReactNode; onClick: () => void }) {
  return (
    <button
      type="button"
      className="button button--icon"
      aria-label={props.label}
      title={props.label}
      disabled={props.isDisabled}
      onClick={props.onClick}
    >
      {props.icon}
    </button>
  )
}
