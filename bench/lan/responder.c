/* The least that answers for an address, for comparison: responder IFACE ADDRESS. It blocks in recv, and decides nothing. */
#include "question.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Turns a question about the target into the answer, in place; answers its length, 0 where it is no such question. */
static size_t answer_arp(unsigned char *f, ssize_t length, const unsigned char *target, const unsigned char *mac) {
    if (length < ARP_FRAME || f[21] != 1 || memcmp(f + 38, target, 4) != 0) return 0;
    f[21] = 2;
    memcpy(f, f + 22, 6);
    memcpy(f + 32, f + 22, 10);
    memcpy(f + 6, mac, 6);
    memcpy(f + 22, mac, 6);
    memcpy(f + 28, target, 4);
    return ARP_FRAME;
}

static size_t answer_nd(unsigned char *f, ssize_t length, const unsigned char *target, const unsigned char *mac) {
    if (length < ND_FRAME || f[20] != 58 || f[54] != 135 || memcmp(f + 62, target, 16) != 0) return 0;
    memcpy(f, f + 6, 6);
    memcpy(f + 6, mac, 6);
    memcpy(f + 38, f + 22, 16);
    memcpy(f + 22, target, 16);
    f[54] = 136;
    /* Solicited and Override (RFC 4861 section 4.4); the target's link-layer address. */
    f[58] = 0x60;
    f[78] = 2;
    memcpy(f + 80, mac, 6);
    seal_icmpv6(f, ND_FRAME);
    return ND_FRAME;
}

int main(int count, char **words) {
    if (count != 3) {
        fprintf(stderr, "usage: responder IFACE ADDRESS\n");
        return 2;
    }
    unsigned char mac[6], target[16], frame[LONGEST];
    int is_ipv6 = strchr(words[2], ':') != NULL;
    if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, words[2], target) != 1) die(words[2]);
    int sock = open_packets(words[1], words[2], mac);
    for (;;) {
        ssize_t length = recv(sock, frame, sizeof frame, 0);
        size_t size = (is_ipv6 ? answer_nd : answer_arp)(frame, length, target, mac);
        if (size > 0) send(sock, frame, size, 0);
    }
}
