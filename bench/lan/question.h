/* A question on the LAN, and what answers it: ARP for an IPv4 address, Neighbor Solicitation for an IPv6 one. */
#ifndef QUESTION_H
#define QUESTION_H
#include <stddef.h>

enum { LONGEST = 128, ARP_FRAME = 42, ND_FRAME = 14 + 40 + 32 };

/* Opens a packet socket for the questions or the answers about a target; ends the program where that fails. */
int open_packets(const char *interface, const char *target, unsigned char mac[6]);

/* Writes the frame that asks; answers its length. The sender's address may be anybody's of the subnet. */
size_t write_question(unsigned char *frame, const unsigned char mac[6], const char *own, const char *target);

/* The checksum of an ICMPv6 message that is behind an IPv6 header, with the pseudo-header; its field counts as zero. */
void seal_icmpv6(unsigned char *frame, size_t length);

double now_us(void);
void die(const char *what);
#endif
