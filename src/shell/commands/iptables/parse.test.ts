import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const INHIBITED = `iptables v1.8.9 (nf_tables): 
The "nat" table is not intended for filtering, the use of DROP is therefore inhibited.


Try \`iptables -h' or 'iptables --help' for more information.
`

test.each(['-A POSTROUTING -j DROP', '-I PREROUTING -p tcp --dport 80 -j DROP', '-P OUTPUT DROP'])(
  'iptables -t nat %s is refused: nobody filters in the nat table (do_parse)',
  async (words) => {
    const lab = await shellLab()
    expect(await lab.run(`iptables -t nat ${words}; echo status $?; iptables -t nat -S`)).toBe(
      `${INHIBITED}status 2\n-P PREROUTING ACCEPT\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n`,
    )
  },
)
