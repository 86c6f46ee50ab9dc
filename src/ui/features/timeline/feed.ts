// Keeps the timeline supplied: the axis when the trace grows, sightings or counts of what is in sight when the view moves.
// One question of each kind is open at a time; when its answer comes and the view has moved on, the next one is asked.
import type { TraceFilter } from '../../../contract/protocol.ts'
import type { LabSession } from '../../lab/session.ts'
import { orNothing } from '../../lab/frame-details.ts'
import { NO_SIGHTINGS } from '../../stores/trace-store.ts'
import { bucketNs, countWithin, planParts } from './density.ts'
import type { DensityPart, PartPlan } from './density.ts'
import { fitScale, foldAxis, scaleOf } from './fold-axis.ts'
import type { Stretch } from './fold-axis.ts'
import { rowIndexByDevice } from './lanes.ts'
import { filterOf, isSameDevices, laneDevices, rowsOf } from './lane-model.ts'
import { EMPTY_TIMELINE, NOWHERE, timelineOf } from './timeline-store.ts'
import type { TimelineState, TimelineStore } from './timeline-store.ts'
import { fitted, fittedTo, onAxis, viewStretch } from './view.ts'

/** Silence that lasts longer is folded: forwarding through a machine takes a few microseconds, a timer milliseconds. */
const IDLE_NS = 60_000
/** More single frames than this in sight are drawn as counts: a dozen lanes full of chips side by side are fewer. */
const MOST_CHIPS = 1_200
const MOST_LOADED = 10_000
const LEAST_REFRESH_MS = 250
/** Room before the first sighting. */
const LEAD_NS = 3_000

/** Starts to supply the timeline of a session; returns what stops it. */
export function feedTimeline(session: LabSession): () => void {
  const feed = new TimelineFeed(session, timelineOf(session))
  return feed.start()
}

class TimelineFeed {
  readonly #session: LabSession
  readonly #store: TimelineStore
  #generation = -1
  #isRefreshing = false
  #isStale = false
  #isLoading = false
  #lastSightingNs = -1
  /** Where what is being run has begun to be seen: however many answers tell of it, the view shows all of it. */
  #freshFromNs = 0
  #fittedKey = ''
  #loadedKey = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(session: LabSession, store: TimelineStore) {
    this.#session = session
    this.#store = store
  }

  start(): () => void {
    const { clock, trace, lab, network, selection, actions } = this.#session
    this.#generation = lab.getState().generation
    const stops = [
      lab.subscribe((state, before) => {
        if (state.generation !== before.generation) this.#startAfresh()
        if (state.machines !== before.machines) this.#meetDevices()
      }),
      network.subscribe(() => this.#meetDevices()),
      selection.subscribe((state, before) => {
        if (state.selected === before.selected || !this.#store.getState().isOnlySelected) return
        this.#layRows()
        void this.#loadOverview()
        void this.#loadView()
      }),
      actions.subscribe((state, before) => {
        if (state.isRunning === before.isRunning) return
        if (state.isRunning) this.#freshFromNs = this.#lastSightingNs + 1
        else this.#refreshSoon(0)
      }),
      trace.subscribe((state, before) => state.lastSeq !== before.lastSeq && this.#refreshSoon(0)),
      clock.subscribe((state, before) => state.now !== before.now && this.#refreshSoon(LEAST_REFRESH_MS)),
      this.#store.subscribe((state, before) => this.#onChange(state, before)),
    ]
    this.#meetDevices()
    this.#refreshSoon(0)
    return () => {
      clearTimeout(this.#timer)
      for (const stop of stops) stop()
    }
  }

  #startAfresh(): void {
    this.#generation = this.#session.lab.getState().generation
    this.#lastSightingNs = -1
    this.#freshFromNs = 0
    this.#fittedKey = ''
    this.#loadedKey = ''
    this.#store.setState({
      ...EMPTY_TIMELINE,
      pinned: new Set(),
      collapsed: new Set(),
      text: '',
      expression: '',
      isOnlySelected: false,
    })
    this.#meetDevices()
    this.#refreshSoon(0)
  }

  #layRows(): void {
    const rows = rowsOf(this.#store.getState(), this.#session)
    this.#store.setState({ rows, rowOf: rowIndexByDevice(rows) })
  }

  #meetDevices(): void {
    const { lab, network } = this.#session
    const { devices: known } = this.#store.getState()
    const devices = laneDevices(lab.getState(), network.getState(), known)
    if (!isSameDevices(known, devices)) this.#store.setState({ devices })
  }

  #onChange(state: TimelineState, before: TimelineState): void {
    if (state.isTrueTime !== before.isTrueTime) this.#layAxis(state)
    const isNarrowed =
      state.text !== before.text ||
      state.expression !== before.expression ||
      state.protocols !== before.protocols ||
      state.isOnlySelected !== before.isOnlySelected
    const hasOtherRows =
      isNarrowed ||
      state.devices !== before.devices ||
      state.pinned !== before.pinned ||
      state.collapsed !== before.collapsed ||
      state.busy !== before.busy
    if (hasOtherRows) this.#layRows()
    if (isNarrowed) void this.#loadOverview()
    const hasMoved =
      state.axis !== before.axis ||
      state.scale !== before.scale ||
      state.offsetPx !== before.offsetPx ||
      state.widthPx !== before.widthPx ||
      state.overview !== before.overview
    if (state.widthPx !== before.widthPx && before.widthPx < 50 && state.widthPx >= 50)
      this.#store.setState(fitted(state))
    if (hasMoved || isNarrowed) void this.#loadView()
  }

  #refreshSoon(delayMs: number): void {
    if (delayMs > 0 && this.#timer !== undefined) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#refresh()
    }, delayMs)
  }

  /** Learns how far the trace reaches and where its silences are. */
  async #refresh(): Promise<void> {
    if (this.#isRefreshing) {
      this.#isStale = true
      return
    }
    this.#isRefreshing = true
    this.#isStale = false
    await orNothing(this.#measureTrace())
    this.#isRefreshing = false
    if (this.#wasAskedMeanwhile()) this.#refreshSoon(LEAST_REFRESH_MS)
  }

  #wasAskedMeanwhile(): boolean {
    return this.#isStale
  }

  async #measureTrace(): Promise<void> {
    const { client, lab, actions } = this.#session
    if (lab.getState().phase !== 'ready') return
    const generation = this.#generation
    const { isRunning } = actions.getState()
    const status = await client.ask('status', {})
    const [idle, first, fresh, lastSeq] = await Promise.all([
      client.ask('idle', { idleNs: IDLE_NS }),
      client.ask('sightings', { fromNs: 0, toNs: status.now, limit: 1 }),
      client.ask('sightings', { fromNs: this.#freshFromNs, toNs: status.now, limit: 1 }),
      client.ask('find', { fromSeq: status.lastSeq + 1, direction: -1 }),
    ])
    const firstNs = first.columns.at[0]
    if (generation !== this.#generation || firstNs === undefined || lastSeq === 0) return
    const last = await client.ask('frame', { seq: lastSeq })
    if (generation !== this.#generation) return
    const lastNs = last.event.at
    const whole = { fromNs: firstNs - LEAD_NS, toNs: Math.max(status.now, lastNs + LEAD_NS) }
    this.#lastSightingNs = lastNs
    this.#loadedKey = ''
    this.#store.setState({ whole, idle: [...idle, { fromNs: lastNs, toNs: whole.toNs }], loaded: NOWHERE })
    this.#layAxis(this.#store.getState())
    const freshNs = fresh.columns.at[0]
    if (freshNs !== undefined) {
      // Folded, the silence at the end takes no room, and the cursor that runs into it stays in sight.
      const { isTrueTime } = this.#store.getState()
      const toNs = isTrueTime ? lastNs + LEAD_NS : whole.toNs
      this.#fitTo({ fromNs: Math.max(whole.fromNs, freshNs - LEAD_NS), toNs })
    }
    if (!isRunning) this.#freshFromNs = lastNs + 1
    await this.#loadOverview()
  }

  /** A view that the reader has moved since stays where it is. */
  #fitTo(stretch: Stretch): void {
    const key = `${stretch.fromNs} ${stretch.toNs}`
    if (key === this.#fittedKey) return
    this.#fittedKey = key
    this.#store.setState(fittedTo(this.#store.getState(), stretch))
  }

  #layAxis({ whole, idle, isTrueTime }: TimelineState): void {
    if (whole.toNs < whole.fromNs) return
    const axis = foldAxis(whole, isTrueTime ? [] : idle)
    const state = this.#store.getState()
    this.#store.setState(isTrueTime || state.axis.activeNs <= 1 ? fitted({ ...state, axis }) : onAxis(state, axis))
  }

  #filter(): TraceFilter {
    const state = this.#store.getState()
    return filterOf(state, state.rows)
  }

  /** Counts the whole trace for the overview strip. */
  async #loadOverview(): Promise<void> {
    const { axis, widthPx, whole } = this.#store.getState()
    if (whole.toNs < whole.fromNs) return
    const generation = this.#generation
    const plans = planParts(axis, fitScale(axis, Math.max(widthPx, 300)), whole)
    const overview = await orNothing(this.#count(plans, this.#filter()))
    if (overview === undefined || generation !== this.#generation) return
    const seen = overview.flatMap(({ lanes }) => lanes.map(({ device }) => device))
    const { busy } = this.#store.getState()
    const hasNew = seen.some((device) => !busy.has(device))
    this.#store.setState({ overview, busy: hasNew ? new Set([...busy, ...seen]) : busy })
  }

  async #count(plans: readonly PartPlan[], filter: TraceFilter): Promise<readonly DensityPart[]> {
    const { client } = this.#session
    return Promise.all(
      plans.map(async (plan) => {
        const { fromNs, bucketCount } = plan
        // A slice is at least a nanosecond long.
        const toNs = Math.max(plan.toNs, fromNs + bucketCount)
        return { ...plan, toNs, lanes: await client.ask('lanes', { fromNs, toNs, bucketCount, filter }) }
      }),
    )
  }

  /** Brings what is in sight, with a view's width to spare on both sides. */
  async #loadView(): Promise<void> {
    if (this.#isLoading) return
    const state = this.#store.getState()
    if (state.widthPx < 50 || state.whole.toNs < state.whole.fromNs) return
    const filter = this.#filter()
    const visible = viewStretch(state)
    const isDense = countWithin(state.overview, visible) > MOST_CHIPS
    const key = JSON.stringify([
      this.#generation,
      this.#lastSightingNs,
      filter,
      isDense ? [state.scale, state.isTrueTime] : 0,
    ])
    const { loaded } = state
    if (key === this.#loadedKey && loaded.fromNs <= visible.fromNs && loaded.toNs >= visible.toNs) return
    this.#isLoading = true
    const generation = this.#generation
    const wanted = viewStretch(state, state.widthPx)
    const brought = await orNothing(
      isDense ? this.#bringCounts(state, wanted, filter) : this.#bringSightings(state, wanted, filter),
    )
    this.#isLoading = false
    if (generation !== this.#generation) return
    if (brought !== undefined) {
      this.#loadedKey = key
      this.#store.setState(brought)
      void this.#loadView()
    }
  }

  async #bringCounts(
    { axis, scale }: TimelineState,
    wanted: Stretch,
    filter: TraceFilter,
  ): Promise<Partial<TimelineState>> {
    const density = await this.#count(planParts(axis, scaleOf(axis, scale.pxPerNs), wanted), filter)
    return { density, sightings: NO_SIGHTINGS, loaded: wanted }
  }

  /** Single frames; counts after all where there are too many, which the overview does not tell while it is being counted itself. */
  async #bringSightings(state: TimelineState, wanted: Stretch, filter: TraceFilter): Promise<Partial<TimelineState>> {
    const { client } = this.#session
    const visible = viewStretch(state)
    const narrow = await client.ask('sightings', { ...visible, filter, limit: MOST_CHIPS })
    if (narrow.more) return this.#bringCounts(state, wanted, filter)
    const wide = await client.ask('sightings', { ...wanted, filter, limit: MOST_LOADED })
    if (wide.more) return { sightings: narrow.columns, density: undefined, loaded: visible }
    return { sightings: wide.columns, density: undefined, loaded: wanted }
  }
}

/** Where the slices of a part begin, for drawing. */
export function bucketStart(part: PartPlan, bucket: number): number {
  return part.fromNs + bucket * bucketNs(part)
}
