/*
 * Commands on standard input, one a line; answers on standard output, one line of JSON each. Times are nanoseconds
 * of CLOCK_MONOTONIC.
 *
 *   local AS HOLD FAMILIES EXTENDED       4, 6 or 46; RFC 8654 offered when EXTENDED is 1
 *   expect AS NEXT_HOP                    what UPDATEs must say
 *   set [COMMUNITY...]                    an attribute set, numbered from 0 in order
 *   block BASE LENGTH COUNT SET           networks that must come, one after another
 *   offer AS NEXT_HOP                     sends the blocks of `offer-block` to every session as it comes up …
 *   offer-block BASE LENGTH COUNT         … without communities; both before `pack`
 *   replay AS NEXT_HOP                    sends the expected table itself, with its attribute sets
 *   pack                                  makes the UPDATEs to send
 *   listen ADDRESS PORT                   takes every session that comes
 *   dial LOCAL AS REMOTE PORT             a session to be kept up; dialled until it is there, and again when it ends
 *   until PRESENT [SESSIONS]              {"event":"reached"} once that many sessions (default: all) have that many
 *   drop FIRST COUNT                      closes sessions and dials anew at once
 *   send announce|withdraw FIRST COUNT    prefixes of the replayed table, to every session
 *   report
 */
#define _GNU_SOURCE
#include "receiver.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

static struct speaker speaker;
static int listener = -1;
static bool waiting;
static uint32_t wanted_present;
static unsigned wanted_sessions;

static struct sockaddr_storage endpoint(const char *text, unsigned port) {
  struct sockaddr_storage storage = {0};
  struct sockaddr_in *four = (struct sockaddr_in *)&storage;
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)&storage;
  if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
  } else if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
  } else {
    fprintf(stderr, "not an address: %s\n", text);
    exit(2);
  }
  return storage;
}

static void start_listening(const char *address, unsigned port) {
  struct sockaddr_storage local = endpoint(address, port);
  int one = 1;
  listener = socket(local.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  socklen_t length = local.ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
  if (bind(listener, (struct sockaddr *)&local, length) < 0 || listen(listener, 512) < 0) {
    perror("listen");
    exit(1);
  }
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = &listener};
  epoll_ctl(speaker.epoll, EPOLL_CTL_ADD, listener, &event);
}

static void take_call(void) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  struct session *session = NULL;
  for (unsigned i = 0; i < speaker.count && session == NULL; i++)
    if (speaker.sessions[i]->passive && speaker.sessions[i]->fd < 0) session = speaker.sessions[i];
  if (session == NULL) session = session_new(&speaker);
  session->as = speaker.as;
  session_accept(&speaker, session, fd);
}

static void expectation(struct expectation *into, const char *as, const char *next_hop) {
  into->as = (uint32_t)strtoul(as, NULL, 10);
  if (!parse_address(next_hop, &into->next_hop)) exit(2);
}

static void add_set(char **words, unsigned count) {
  struct expectation *to = &speaker.expectation;
  to->set = realloc(to->set, (to->sets + 1) * sizeof *to->set);
  to->set[to->sets].count = count;
  for (unsigned i = 0; i < count && i < MAX_COMMUNITIES; i++) {
    unsigned high = 0, low = 0;
    sscanf(words[i], "%u:%u", &high, &low);
    to->set[to->sets].communities[i] = high << 16 | low;
  }
  to->sets++;
}

/* The table that `send` and `replay` speak of. */
static void replay(const char *as, const char *next_hop) {
  speaker.offered = speaker.expected;
  speaker.offers = speaker.expectation;
  expectation(&speaker.offers, as, next_hop);
}

static void run_time(bool announce, uint32_t first, uint32_t count) {
  speaker.run_time.length = 0;
  if (announce) pack_announcements(&speaker.run_time, &speaker.offered, first, count, &speaker.offers);
  else pack_withdrawals(&speaker.run_time, &speaker.offered, first, count);
  for (unsigned i = 0; i < speaker.count; i++)
    if (speaker.sessions[i]->state == ESTABLISHED) session_send_bulk(&speaker, speaker.sessions[i], &speaker.run_time);
}

static void drop(unsigned first, unsigned count) {
  uint64_t at = now_ns();
  for (unsigned i = first; i < first + count && i < speaker.count; i++) {
    session_close(&speaker, speaker.sessions[i]);
    speaker.sessions[i]->started_at = at;
    speaker.sessions[i]->retry_at = at;
  }
  printf("{\"event\":\"dropped\",\"at\":%llu}\n", (unsigned long long)at);
}

static void dial(const char *local, const char *as, const char *remote, const char *port) {
  struct session *session = session_new(&speaker);
  session->local = endpoint(local, 0);
  session->remote = endpoint(remote, (unsigned)atoi(port));
  session->as = (uint32_t)strtoul(as, NULL, 10);
  presence_reset(&session->presence, &speaker.expected);
  session_dial(&speaker, session);
}

/* Whether enough sessions have what is waited for; tells so once. */
static void check_wait(void) {
  if (!waiting || speaker.count == 0) return;
  uint64_t at = 0, established = 0, connected = 0, started = 0;
  unsigned reached = 0;
  for (unsigned i = 0; i < speaker.count; i++) {
    const struct session *session = speaker.sessions[i];
    if (session->state != ESTABLISHED || session->presence.present != wanted_present) continue;
    reached++;
    if (session->changed_at > at) at = session->changed_at;
    if (session->established_at > established) established = session->established_at;
    if (session->connected_at > connected) connected = session->connected_at;
    if (session->started_at > started) started = session->started_at;
  }
  if (reached < (wanted_sessions == 0 ? speaker.count : wanted_sessions)) return;
  waiting = false;
  printf("{\"event\":\"reached\",\"at\":%llu,\"established\":%llu,\"connected\":%llu,\"started\":%llu}\n",
         (unsigned long long)at, (unsigned long long)established, (unsigned long long)connected,
         (unsigned long long)started);
}

static void number(const char *name, uint64_t value) { printf(",\"%s\":%llu", name, (unsigned long long)value); }

static void report(void) {
  struct session sum = {0};
  uint64_t missing = 0, established = 0, least = UINT64_MAX, offered = 0;
  const char *notification = "";
  for (unsigned i = 0; i < speaker.count; i++) {
    const struct session *session = speaker.sessions[i];
    const struct presence *has = &session->presence;
    if (session->state == ESTABLISHED) established++;
    missing += speaker.expected.prefixes - has->present;
    if (has->present < least) least = has->present;
    sum.presence.announced += has->announced;
    sum.presence.withdrawn += has->withdrawn;
    sum.presence.duplicates += has->duplicates;
    sum.presence.unknown += has->unknown;
    sum.presence.wrong += has->wrong;
    sum.updates += session->updates;
    sum.octets += session->octets;
    sum.end_of_ribs += session->end_of_ribs;
    sum.notifications += session->notifications;
    sum.closes += session->closes;
    if (session->bulk_done_at > offered) offered = session->bulk_done_at;
    if (session->last_notification[0] != 0) notification = session->last_notification;
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"event\":\"report\"");
  number("sessions", speaker.count);
  number("established", established);
  number("leastPresent", speaker.count == 0 ? 0 : least);
  number("missing", missing);
  number("announced", sum.presence.announced);
  number("withdrawn", sum.presence.withdrawn);
  number("duplicates", sum.presence.duplicates);
  number("unknown", sum.presence.unknown);
  number("wrong", sum.presence.wrong);
  number("updates", sum.updates);
  number("octets", sum.octets);
  number("endOfRibs", sum.end_of_ribs);
  number("notifications", sum.notifications);
  number("closes", sum.closes);
  number("offeredAt", offered);
  number("offerMessages", speaker.offer_messages);
  number("cpuMicroseconds", (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                                (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec));
  printf(",\"lastNotification\":\"%s\"}\n", notification);
}

static void command(char *line) {
  char *words[MAX_COMMUNITIES + 1] = {0};
  unsigned count = 0;
  for (char *word = strtok(line, " "); word != NULL && count <= MAX_COMMUNITIES; word = strtok(NULL, " ")) words[count++] = word;
  if (count == 0) return;
  const char *name = words[0];
#define IS(text, least) (strcmp(name, text) == 0 && count > least)
#define NUMBER(i) ((uint32_t)strtoul(words[i], NULL, 10))
  if (IS("local", 4)) {
    speaker.as = NUMBER(1);
    speaker.hold_time = NUMBER(2);
    speaker.ipv4 = strchr(words[3], '4') != NULL;
    speaker.ipv6 = strchr(words[3], '6') != NULL;
    speaker.extended = NUMBER(4) == 1;
  } else if (IS("expect", 2)) expectation(&speaker.expectation, words[1], words[2]);
  else if (IS("set", 0)) add_set(words + 1, count - 1);
  else if (IS("block", 4) && table_add(&speaker.expected, words[1], NUMBER(2), NUMBER(3), NUMBER(4))) {
  } else if (IS("offer", 2)) expectation(&speaker.offers, words[1], words[2]);
  else if (IS("offer-block", 3) && table_add(&speaker.offered, words[1], NUMBER(2), NUMBER(3), 0)) {
  } else if (IS("replay", 2)) replay(words[1], words[2]);
  else if (IS("pack", 0))
    speaker.offer_messages =
        pack_announcements(&speaker.offer, &speaker.offered, 0, speaker.offered.prefixes, &speaker.offers);
  else if (IS("listen", 2)) start_listening(words[1], NUMBER(2));
  else if (IS("dial", 4)) dial(words[1], words[2], words[3], words[4]);
  else if (IS("until", 1)) {
    wanted_present = NUMBER(1);
    wanted_sessions = count > 2 ? NUMBER(2) : 0;
    waiting = true;
  } else if (IS("drop", 2)) drop(NUMBER(1), NUMBER(2));
  else if (IS("send", 3)) run_time(strcmp(words[1], "announce") == 0, NUMBER(2), NUMBER(3));
  else if (IS("report", 0)) report();
  else {
    fprintf(stderr, "not understood: %s\n", name);
    exit(2);
  }
}

/* False at the end of the input. */
static bool read_commands(void) {
  static char text[1 << 16];
  static size_t length;
  ssize_t got = read(STDIN_FILENO, text + length, sizeof text - length - 1);
  if (got <= 0) return false;
  length += (size_t)got;
  text[length] = 0;
  char *line = text;
  for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    *end = 0;
    command(line);
  }
  length -= (size_t)(line - text);
  memmove(text, line, length);
  return true;
}

int main(void) {
  speaker.epoll = epoll_create1(EPOLL_CLOEXEC);
  static int input = STDIN_FILENO;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = &input}, events[256];
  epoll_ctl(speaker.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  for (;;) {
    int count = epoll_wait(speaker.epoll, events, 256, session_timers(&speaker)), commands = 0;
    for (int i = 0; i < count; i++) {
      if (events[i].data.ptr == &input) commands = 1;
      else if (events[i].data.ptr == &listener) take_call();
      else session_event(&speaker, events[i].data.ptr, events[i].events);
    }
    /* Last, because a command may close what an event speaks of. */
    if (commands && !read_commands()) return 0;
    check_wait();
    fflush(stdout);
  }
}
