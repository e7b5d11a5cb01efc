/* One BGP session, from the connection to the last octet (RFC 4271 §8, as much of it as a measurement needs). */
#define _GNU_SOURCE
#include "receiver.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { OPEN = 1, UPDATE, NOTIFICATION, KEEPALIVE };
enum { LONGEST = 65535, READ_AT_ONCE = 1 << 20, WRITE_AT_ONCE = 1 << 20, AS_TRANS = 23456 };
static const uint64_t SECOND = 1000000000, MILLISECOND = 1000000;

/* All sessions read into one place: it stays in the cache. */
static uint8_t input[LONGEST + READ_AT_ONCE];

uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

struct session *session_new(struct speaker *speaker) {
  speaker->sessions = realloc(speaker->sessions, (speaker->count + 1) * sizeof *speaker->sessions);
  struct session *session = calloc(1, sizeof *session);
  session->fd = -1;
  session->rest = malloc(LONGEST);
  session->index = speaker->count;
  speaker->sessions[speaker->count++] = session;
  return session;
}

static void listen_to(struct speaker *speaker, struct session *session, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = session};
  epoll_ctl(speaker->epoll, operation, session->fd, &event);
}

/* Never later than a fiftieth of what has been waited already: frequent enough to be exact, rare enough to be cheap. */
static void retry(struct session *session) {
  uint64_t now = now_ns(), wait = (now - session->started_at) / 50;
  if (wait < 2 * MILLISECOND) wait = 2 * MILLISECOND;
  if (wait > 100 * MILLISECOND) wait = 100 * MILLISECOND;
  session->retry_at = now + wait;
}

void session_close(struct speaker *speaker, struct session *session) {
  if (session->fd >= 0) close(session->fd);
  if (session->state == ESTABLISHED) session->closes++;
  session->fd = -1;
  session->state = IDLE;
  session->rest_length = session->small.length = session->small_sent = 0;
  session->bulk = NULL;
  session->bulk_done_at = 0;
  session->keepalive_at = session->connected_at = session->established_at = 0;
  session->updates = session->octets = session->end_of_ribs = 0;
  session->wants_write = false;
  presence_reset(&session->presence, &speaker->expected);
  if (!session->passive) retry(session);
}

void session_dial(struct speaker *speaker, struct session *session) {
  session->retry_at = 0;
  if (session->started_at == 0) session->started_at = now_ns();
  session->fd = socket(session->remote.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  socklen_t length = session->remote.ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
  int one = 1;
  setsockopt(session->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (session->fd < 0 || bind(session->fd, (struct sockaddr *)&session->local, length) < 0) {
    perror("bind");
    exit(1);
  }
  session->state = CONNECTING;
  if (connect(session->fd, (struct sockaddr *)&session->remote, length) < 0 && errno != EINPROGRESS) {
    session_close(speaker, session);
    return;
  }
  listen_to(speaker, session, EPOLL_CTL_ADD, EPOLLOUT);
}

/* --- sending --- */

static void want_write(struct speaker *speaker, struct session *session, bool wanted) {
  if (session->wants_write == wanted) return;
  session->wants_write = wanted;
  listen_to(speaker, session, EPOLL_CTL_MOD, EPOLLIN | (wanted ? EPOLLOUT : 0));
}

/* False when the connection failed. A KEEPALIVE never cuts into UPDATEs that are on their way. */
static bool flush(struct speaker *speaker, struct session *session) {
  for (;;) {
    const bool bulk = session->bulk != NULL && session->small_sent == session->small.length;
    const struct buffer *from = bulk ? session->bulk : &session->small;
    size_t *sent = bulk ? &session->bulk_sent : &session->small_sent;
    size_t left = from->length - *sent;
    if (left == 0) {
      if (!bulk) {
        session->small.length = session->small_sent = 0;
        if (session->bulk == NULL) break;
        continue;
      }
      session->bulk = NULL;
      session->bulk_done_at = now_ns();
      continue;
    }
    ssize_t written = send(session->fd, from->data + *sent, left < WRITE_AT_ONCE ? left : WRITE_AT_ONCE, MSG_NOSIGNAL);
    if (written < 0) {
      if (errno != EAGAIN) return false;
      want_write(speaker, session, true);
      return true;
    }
    *sent += (size_t)written;
  }
  want_write(speaker, session, false);
  return true;
}

static void header(struct buffer *out, unsigned length, unsigned type) {
  memset(grow(out, 16), 0xff, 16);
  put16(out, length);
  put8(out, type);
}

static void send_keepalive(struct speaker *speaker, struct session *session) {
  if (session->bulk == NULL) header(&session->small, HEADER, KEEPALIVE);
  flush(speaker, session);
}

static void put_family(struct buffer *out, unsigned afi) {
  put(out, "\x01\x04", 2);
  put16(out, afi);
  put16(out, 1);
}

static void send_open(struct speaker *speaker, struct session *session) {
  struct buffer capabilities = {0};
  if (speaker->ipv4) put_family(&capabilities, 1);
  if (speaker->ipv6) put_family(&capabilities, 2);
  put(&capabilities, "\x02\x00", 2); /* route refresh */
  put(&capabilities, "\x41\x04", 2);
  put32(&capabilities, session->as);
  put(&capabilities, "\x40\x02\x00\x00", 4); /* graceful restart of no family: End-of-RIB is understood */
  if (speaker->extended) put(&capabilities, "\x06\x00", 2);
  struct buffer *out = &session->small;
  header(out, HEADER + 12 + (unsigned)capabilities.length, OPEN);
  put8(out, 4);
  put16(out, session->as > 65535 ? AS_TRANS : session->as);
  put16(out, speaker->hold_time);
  put32(out, 0x0a640000 + session->index + 1);
  put8(out, 2 + (unsigned)capabilities.length);
  put8(out, 2);
  put8(out, (unsigned)capabilities.length);
  put(out, capabilities.data, capabilities.length);
  free_buffer(&capabilities);
}

void session_send_bulk(struct speaker *speaker, struct session *session, const struct buffer *bulk) {
  session->bulk = bulk;
  session->bulk_sent = 0;
  session->bulk_done_at = 0;
  if (!flush(speaker, session)) session_close(speaker, session);
}

/* --- receiving --- */

static bool has_four_octets(const uint8_t *at, const uint8_t *end) {
  for (; end - at >= 2; at += 2 + at[1]) {
    if (at[0] != 2) continue;
    for (const uint8_t *c = at + 2; c + 2 <= at + 2 + at[1] && c + 2 <= end; c += 2 + c[1])
      if (c[0] == 65) return true;
  }
  return false;
}

static bool receive_open(struct speaker *speaker, struct session *session, const uint8_t *body, unsigned length) {
  if (session->state != OPEN_SENT || length < 10) return false;
  unsigned hold = (unsigned)body[3] << 8 | body[4];
  if (hold > speaker->hold_time) hold = speaker->hold_time;
  session->four_octets = has_four_octets(body + 10, body + length);
  session->keepalive_at = hold == 0 ? UINT64_MAX : now_ns() + hold * SECOND / 3;
  session->state = OPEN_CONFIRM;
  send_keepalive(speaker, session);
  return true;
}

static bool receive_update(struct speaker *speaker, struct session *session, const uint8_t *body, unsigned length) {
  session->updates++;
  session->octets += HEADER + length;
  if (length < 4) return false;
  unsigned withdrawn = (unsigned)body[0] << 8 | body[1];
  if (withdrawn + 4 > length) return false;
  const uint8_t *after = body + 2 + withdrawn, *end = body + length;
  unsigned size = (unsigned)after[0] << 8 | after[1];
  const uint8_t *nlri = after + 2 + size;
  if (nlri > end) return false;
  struct attributes attributes;
  read_attributes(&speaker->expectation, after + 2, nlri, session->four_octets, &attributes);
  const struct table *table = &speaker->expected;
  struct presence *presence = &session->presence;
  const bool empty = withdrawn == 0 && nlri == end && attributes.reached.nlri == NULL &&
                     attributes.unreached.nlri == attributes.unreached.end;
  if (empty) session->end_of_ribs++;
  presence_nlri(presence, table, 4, body + 2, after, false, 0);
  presence_nlri(presence, table, attributes.unreached.version, attributes.unreached.nlri, attributes.unreached.end, false, 0);
  presence_nlri(presence, table, attributes.reached.version, attributes.reached.nlri, attributes.reached.end, true, attributes.set);
  presence_nlri(presence, table, 4, nlri, end, true, attributes.set);
  return true;
}

static bool receive(struct speaker *speaker, struct session *session, const uint8_t *message, unsigned length) {
  const uint8_t *body = message + HEADER;
  switch (message[18]) {
    case OPEN: return receive_open(speaker, session, body, length - HEADER);
    case UPDATE: return receive_update(speaker, session, body, length - HEADER);
    case NOTIFICATION:
      session->notifications++;
      if (length >= HEADER + 2) snprintf(session->last_notification, sizeof session->last_notification, "%u/%u", body[0], body[1]);
      return false;
    case KEEPALIVE:
      if (session->state != OPEN_CONFIRM) return true;
      session->state = ESTABLISHED;
      session->established_at = now_ns();
      if (speaker->offer.length > 0) session_send_bulk(speaker, session, &speaker->offer);
      return session->state == ESTABLISHED;
    default: return true;
  }
}

/* Reads once; what is left of a message waits for the next time. */
static bool read_some(struct speaker *speaker, struct session *session) {
  memcpy(input, session->rest, session->rest_length);
  ssize_t got = recv(session->fd, input + session->rest_length, READ_AT_ONCE, 0);
  if (got <= 0) return got < 0 && errno == EAGAIN;
  const uint64_t before = session->presence.announced + session->presence.withdrawn;
  size_t have = session->rest_length + (size_t)got, at = 0;
  while (have - at >= HEADER) {
    unsigned length = (unsigned)input[at + 16] << 8 | input[at + 17];
    if (length < HEADER) return false;
    if (have - at < length) break;
    if (!receive(speaker, session, input + at, length)) return false;
    at += length;
  }
  session->rest_length = have - at;
  memcpy(session->rest, input + at, session->rest_length);
  if (session->presence.announced + session->presence.withdrawn != before) session->changed_at = now_ns();
  return true;
}

static void connected(struct speaker *speaker, struct session *session) {
  session->connected_at = now_ns();
  session->state = OPEN_SENT;
  listen_to(speaker, session, EPOLL_CTL_MOD, EPOLLIN);
  send_open(speaker, session);
  if (!flush(speaker, session)) session_close(speaker, session);
}

void session_accept(struct speaker *speaker, struct session *session, int fd) {
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  session->fd = fd;
  session->passive = true;
  presence_reset(&session->presence, &speaker->expected);
  listen_to(speaker, session, EPOLL_CTL_ADD, EPOLLIN);
  connected(speaker, session);
}

void session_event(struct speaker *speaker, struct session *session, uint32_t events) {
  if (session->fd < 0) return;
  bool good = true;
  if (session->state == CONNECTING) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(session->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error == 0 && !(events & (EPOLLERR | EPOLLHUP))) connected(speaker, session);
    else good = false;
  } else {
    if (events & EPOLLOUT) good = flush(speaker, session);
    if (good && events & (EPOLLIN | EPOLLERR | EPOLLHUP)) good = read_some(speaker, session);
  }
  if (!good) session_close(speaker, session);
}

int session_timers(struct speaker *speaker) {
  uint64_t now = now_ns(), next = now + SECOND;
  for (unsigned i = 0; i < speaker->count; i++) {
    struct session *session = speaker->sessions[i];
    if (session->state == IDLE && !session->passive && session->retry_at != 0) {
      if (session->retry_at <= now) session_dial(speaker, session);
      else if (session->retry_at < next) next = session->retry_at;
    }
    if (session->state < OPEN_CONFIRM || session->keepalive_at == UINT64_MAX) continue;
    if (session->keepalive_at <= now) {
      session->keepalive_at = now + (uint64_t)speaker->hold_time * SECOND / 3;
      send_keepalive(speaker, session);
    } else if (session->keepalive_at < next) next = session->keepalive_at;
  }
  return (int)((next - now) / MILLISECOND) + 1;
}
