/** The one realm that has a name in /etc/iproute2/rt_realms. */
export const realmName = (realm: number): string => (realm === 0 ? 'cosmos' : String(realm))
