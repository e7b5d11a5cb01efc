/**
 * What can be wrong with what a peer sends, by the names of RFC 4271 §6, RFC 6608 and RFC 7606. One total function
 * (notificationFor, in notification.ts) turns each that ends a session into its NOTIFICATION.
 */
export type Fault =
  // §6.1 Message Header Error
  | { readonly kind: 'connection-not-synchronized' }
  | { readonly kind: 'bad-message-length'; readonly length: number }
  | { readonly kind: 'bad-message-type'; readonly type: number }
  // §6.2 OPEN Message Error
  | { readonly kind: 'malformed-open'; readonly because: string }
  | { readonly kind: 'unsupported-version'; readonly version: number }
  | { readonly kind: 'bad-peer-as'; readonly as: number; readonly because: string }
  | { readonly kind: 'bad-bgp-identifier'; readonly because: string }
  | { readonly kind: 'unsupported-optional-parameter'; readonly type: number }
  | { readonly kind: 'unacceptable-hold-time'; readonly seconds: number }
  | { readonly kind: 'unsupported-capability'; readonly capabilities: Uint8Array; readonly because: string }
  // §6.3 UPDATE Message Error, those left to end a session by RFC 7606
  | { readonly kind: 'malformed-attribute-list'; readonly because: string }
  | { readonly kind: 'unrecognized-well-known-attribute'; readonly attribute: Uint8Array }
  | { readonly kind: 'optional-attribute-error'; readonly attribute: Uint8Array; readonly because: string }
  | { readonly kind: 'invalid-network-field'; readonly because: string }
  // RFC 7313 §5
  | { readonly kind: 'bad-route-refresh-length'; readonly message: Uint8Array }
  // §6.5, §6.6 (RFC 6608)
  | { readonly kind: 'hold-timer-expired' }
  | {
      readonly kind: 'unexpected-message'
      readonly state: 'OpenSent' | 'OpenConfirm' | 'Established'
      readonly type: number
    }

/** Ends the session it is thrown in; caught in one place, where a message is read. */
export class ProtocolError extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.kind)
    this.name = 'ProtocolError'
    this.fault = fault
  }
}
