// Error numbers of system calls, by their C names, with the text that strerror(3) gives.

export const ERRNO_TEXT = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  ESRCH: 'No such process',
  EAGAIN: 'Resource temporarily unavailable',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EXDEV: 'Invalid cross-device link',
  ENODEV: 'No such device',
  EINVAL: 'Invalid argument',
  ERANGE: 'Numerical result out of range',
  ELOOP: 'Too many levels of symbolic links',
  EMSGSIZE: 'Message too long',
  EPROTONOSUPPORT: 'Protocol not supported',
  EOPNOTSUPP: 'Operation not supported',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ENETDOWN: 'Network is down',
  ENETUNREACH: 'Network is unreachable',
  ENOBUFS: 'No buffer space available',
  ENOTCONN: 'Transport endpoint is not connected',
  EPIPE: 'Broken pipe',
  ETIMEDOUT: 'Connection timed out',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EHOSTUNREACH: 'No route to host',
  ENOPROTOOPT: 'Protocol not available',
  ENOSPC: 'No space left on device',
  E2BIG: 'Argument list too long',
  EMLINK: 'Too many links',
  ENOTEMPTY: 'Directory not empty',
  EALREADY: 'Operation already in progress',
  EISCONN: 'Transport endpoint is already connected',
  ECONNABORTED: 'Software caused connection abort',
  EHOSTDOWN: 'Host is down',
  ENONET: 'Machine is not on the network',
} as const

export type Errno = keyof typeof ERRNO_TEXT

/** What strerror(3) prints. */
export function strerror(errno: Errno): string {
  return ERRNO_TEXT[errno]
}

/** Error numbers in the order in which the trace counts them. */
export const ERRNO_CODES = Object.keys(ERRNO_TEXT) as readonly Errno[]
