import { type Ip, type Ipv4, type Ipv6, isIpv4, isIpv6 } from '../../net/ip.js'
import { kindOf } from '../../net/ip-kind.js'
import { comparePrefixes, hostPrefix } from '../../net/prefix.js'
import { readLinks } from './link-watch.js'

/** An address of this host, on an interface that is told to be up. */
export interface HostAddress {
  readonly interface: string
  readonly address: Ip
  /** Of its subnet, in bits. */
  readonly length: number
  /** Privacy address, deprecated, or not yet known to be unique (RFC 8981, RFC 4862): nothing should depend on it. */
  readonly transient: boolean
}

/**
 * In the kernel's order, which puts the primary IPv4 address of an interface first. A cable that is out takes none away:
 * the kernel keeps them, and what hangs on them is not to change with it.
 * @throws OsError
 */
export function readHostAddresses(): readonly HostAddress[] {
  return [...readLinks()]
    .filter(({ up }) => up)
    .flatMap((link) =>
      link.addresses.map(({ ip, length, tentative, temporary, deprecated }) => ({
        ...{ interface: link.name, address: ip, length },
        transient: tentative || temporary || deprecated,
      })),
    )
}

/**
 * For whoever looks again and again: what cannot be read for once, because the process is out of descriptors, is as it
 * was. The reader throws only where nothing was ever read.
 */
export function hostAddressReader(
  read: () => readonly HostAddress[] = readHostAddresses,
): () => readonly HostAddress[] {
  let last: readonly HostAddress[] | undefined
  return () => {
    try {
      last = read()
    } catch (error) {
      if (last === undefined) throw error
    }
    return last
  }
}

/**
 * A BGP identifier for a host that was given none: the first IPv4 address of
 *  1. the interface of the default route,
 *  2. any other interface, by name, but for
 *  3. those that container and virtual-machine software makes, often with the same address on every host,
 *  4. the loopback interface,
 * that is neither loopback nor link-local. Undefined: the user has to choose.
 */
export function defaultRouterId(
  addresses: readonly HostAddress[],
  defaultRouteInterface: string | undefined,
): Ipv4 | undefined {
  const rank = (name: string) => {
    if (name === defaultRouteInterface) return 1
    if (name === 'lo') return 4
    return madeBySoftware.test(name) ? 3 : 2
  }
  return addresses
    .filter(({ address }) => isIpv4(address) && kindOf(address) === 'unicast')
    .toSorted((a, b) => rank(a.interface) - rank(b.interface) || compareText(a.interface, b.interface))
    .map(({ address }) => address)
    .find(isIpv4)
}

const madeBySoftware =
  /^(br-|cali|cbr|cilium|cni|docker|dummy|flannel|kube-|lxc|lxdbr|nodelocaldns|podman|tunl|veth|virbr|vxlan)/

/** The interface that holds an address; a link-local one can be on several, then the first. */
export function interfaceOf(addresses: readonly HostAddress[], ip: Ip): string | undefined {
  return addresses.find(({ address }) => address === ip)?.interface
}

/** The primary IPv4 address of an interface, for a next hop. */
export function globalIpv4On(addresses: readonly HostAddress[], interfaceName: string): Ipv4 | undefined {
  return usableOn(addresses, interfaceName)
    .map(({ address }) => address)
    .find(isIpv4)
}

/**
 * The global (or unique local) IPv6 address of an interface, for a next hop: never link-local, mapped or transient,
 * rather of a subnet than a /128, and of those the lowest, so that it does not change with the kernel's order.
 */
export function globalIpv6On(addresses: readonly HostAddress[], interfaceName: string): Ipv6 | undefined {
  const host = ({ length }: HostAddress) => (length === 128 ? 1 : 0)
  return usableOn(addresses, interfaceName)
    .filter(({ address }) => isIpv6(address))
    .toSorted((a, b) => host(a) - host(b) || comparePrefixes(hostPrefix(a.address), hostPrefix(b.address)))
    .map(({ address }) => address)
    .find(isIpv6)
}

export function linkLocalOn(addresses: readonly HostAddress[], interfaceName: string): Ipv6 | undefined {
  return addresses
    .filter((one) => one.interface === interfaceName && kindOf(one.address) === 'link-local')
    .map(({ address }) => address)
    .find(isIpv6)
}

function usableOn(addresses: readonly HostAddress[], interfaceName: string): readonly HostAddress[] {
  return addresses.filter(
    (one) => one.interface === interfaceName && !one.transient && kindOf(one.address) === 'unicast',
  )
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
