/**
 * What one play of a lab left behind: every frame on every interface, what each command printed, and the tables at the
 * end. The engine writes this form and so does a real Linux kernel, which is what makes the two comparable.
 */

/**
 * One frame as one interface saw it.
 * - `at`: seconds since the capture began, with a resolution of 0.1 ms.
 * - `line`: the frame as `tcpdump -e -nn` prints it, without the time.
 * - `hex`: the whole frame from its destination MAC address on, two lower-case digits a byte, no separators; empty when
 *   the bytes were not kept.
 */
export type RecordedFrame = readonly [at: number, line: string, hex: string]

/** The part of the lab before `#%% run`. */
export interface RecordedSetup {
  /** Exit status of the setup as a whole, 0 to 255: that of its last command, as a shell has it. */
  readonly exit: number
  /** What a shell with `-x` would show: each command after "+ ", then what it printed, standard error included. */
  readonly output: string
}

/** One line after `#%% run`. */
export interface RecordedAction {
  /** The line as the lab has it, without blanks at its ends. */
  readonly command: string
  /** When it was started, in seconds since the capture began. */
  readonly at: number
  /** Exit status, 0 to 255; 124 when it ran into the limit of 60 seconds. */
  readonly exit: number
  /** Standard output and standard error, interleaved as they were written. */
  readonly output: string
}

/** The tables of one network namespace when the capture ended, each as its command prints it. */
export interface RecordedNamespace {
  /** `ip -d link` */
  readonly link: string
  /** `ip addr` */
  readonly addr: string
  /** `ip route` */
  readonly route: string
  /** `ip neigh` */
  readonly neigh: string
  /** `bridge fdb show` */
  readonly fdb: string
  /** `arp -n` */
  readonly arp: string
}

/** A lab, played to its end. */
export interface Recording {
  /** The lab's name: its file name without `.sh`. */
  readonly lab: string
  /** Who played it: a kernel release as `uname -r` prints it, or `vethlab`. */
  readonly kernel: string
  /** Seconds from the start of the capture to its end, the settling time after the last action included. */
  readonly duration: number
  readonly setup: RecordedSetup
  /** In the order of the lab; an action starts when the one before has ended, or on its slot where the lab sets a gap. */
  readonly actions: readonly RecordedAction[]
  /** By interface, written `namespace/device`, the frames it sent and received in the order the tap saw them. `lo` included. */
  readonly captures: Readonly<Record<string, readonly RecordedFrame[]>>
  /** By namespace. */
  readonly state: Readonly<Record<string, RecordedNamespace>>
  /**
   * Drops in order: a name or address of the place in the kernel, a blank, the reason as the kernel calls it. For reading
   * only: most of the kernel's drops have no reason of their own, and nothing compares them.
   */
  readonly drops?: readonly string[]
}
