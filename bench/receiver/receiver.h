/* A BGP speaker for measurements: many sessions in one process, every prefix counted exactly. */
#ifndef RECEIVER_H
#define RECEIVER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define HEADER 19
#define MAX_COMMUNITIES 16

typedef unsigned __int128 u128;

/* Octets that grow; what is written is never moved out of order. */
struct buffer {
  uint8_t *data;
  size_t length, capacity;
};
uint8_t *grow(struct buffer *buffer, size_t octets);
void free_buffer(struct buffer *buffer);
void put(struct buffer *buffer, const void *data, size_t octets);
void put8(struct buffer *buffer, unsigned value);
void put16(struct buffer *buffer, unsigned value);
void put32(struct buffer *buffer, uint32_t value);

/* An IPv4 or IPv6 address, left-aligned in 128 bits: prefixes of both sort and subtract alike. */
struct address {
  int version; /* 4 or 6 */
  u128 bits;
};
bool parse_address(const char *text, struct address *address);

/* --- table.c: what is expected, and what is there ---------------------------------------------------------------- */

/* `count` networks of one length, one after another; in the table they are first, first + 1, … */
struct block {
  struct address base;
  unsigned length;
  uint32_t count, first;
  unsigned set; /* number of its attribute set */
};

struct table {
  struct block *blocks; /* ordered by version and address */
  unsigned count;
  uint32_t prefixes;
};
bool table_add(struct table *table, const char *base, unsigned length, uint32_t count, unsigned set);

/* One session's view of a table. */
struct presence {
  uint64_t *bits;
  uint32_t present;
  uint64_t announced, withdrawn;
  uint64_t duplicates; /* announced while present, or withdrawn while absent */
  uint64_t unknown;    /* no prefix of the table, or not readable */
  uint64_t wrong;      /* announced with other attributes than its block has */
};
void presence_reset(struct presence *presence, const struct table *table);
/* Takes NLRI of one UPDATE; `set` is its attribute set, negative when no set has these attributes. */
void presence_nlri(struct presence *presence, const struct table *table, int version, const uint8_t *at,
                   const uint8_t *end, bool announce, int set);

/* --- attributes.c ------------------------------------------------------------------------------------------------- */

/* What an external neighbour must send with each attribute set, and what is sent with it. */
struct expectation {
  uint32_t as; /* the AS_PATH is this number alone */
  struct address next_hop;
  unsigned sets;
  struct {
    unsigned count;
    uint32_t communities[MAX_COMMUNITIES];
  } *set;
};
struct reach {
  const uint8_t *nlri, *end; /* MP_REACH_NLRI's or MP_UNREACH_NLRI's; both null without one */
  int version;
};
struct attributes {
  int set;
  struct reach reached, unreached;
};
void read_attributes(const struct expectation *expectation, const uint8_t *at, const uint8_t *end,
                     bool four_octets, struct attributes *result);

/* --- packing.c: UPDATEs of a table ---------------------------------------------------------------------------------- */

/* Full UPDATEs for `count` prefixes of the table from `first` on; returns how many messages. */
unsigned pack_announcements(struct buffer *out, const struct table *table, uint32_t first, uint32_t count,
                            const struct expectation *attributes);
unsigned pack_withdrawals(struct buffer *out, const struct table *table, uint32_t first, uint32_t count);

/* --- session.c --------------------------------------------------------------------------------------------------------- */

enum state { IDLE, CONNECTING, OPEN_SENT, OPEN_CONFIRM, ESTABLISHED };

struct session {
  unsigned index;
  bool passive; /* the other side calls */
  struct sockaddr_storage local, remote;
  uint32_t as;
  enum state state;
  int fd;
  uint64_t started_at, retry_at, connected_at, established_at, keepalive_at;
  bool four_octets;
  uint8_t *rest; /* of a message that is not whole yet */
  size_t rest_length;
  struct buffer small; /* OPEN, KEEPALIVE */
  size_t small_sent;
  const struct buffer *bulk; /* UPDATEs shared by all sessions */
  size_t bulk_sent;
  uint64_t bulk_done_at;
  bool wants_write;
  struct presence presence;
  uint64_t updates, octets, end_of_ribs, notifications, closes;
  uint64_t changed_at; /* when presence changed last */
  char last_notification[8];
};

struct speaker {
  int epoll;
  struct table expected;
  struct expectation expectation;
  struct table offered;      /* sent to every session as it comes up */
  struct expectation offers; /* with these attributes */
  struct buffer offer;
  unsigned offer_messages;
  struct buffer run_time; /* what `send` made last */
  uint32_t as;
  unsigned hold_time;
  bool ipv4, ipv6, extended;
  struct session **sessions;
  unsigned count;
};

uint64_t now_ns(void);
struct session *session_new(struct speaker *speaker);
void session_dial(struct speaker *speaker, struct session *session);
void session_accept(struct speaker *speaker, struct session *session, int fd);
void session_close(struct speaker *speaker, struct session *session);
void session_event(struct speaker *speaker, struct session *session, uint32_t events);
/* Retries and KEEPALIVEs that are due; returns milliseconds until the next is. */
int session_timers(struct speaker *speaker);
void session_send_bulk(struct speaker *speaker, struct session *session, const struct buffer *bulk);

#endif
