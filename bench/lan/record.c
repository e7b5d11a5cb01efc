/*
 * Asks every millisecond until SIGTERM, and then prints what became of every question, a line each:
 *   asked answered by stations     microseconds of CLOCK_MONOTONIC (0: never), who answered first, how many did
 *   record arp IFACE OWN TARGET    ARP questions; `by` is the last octet of the MAC address that answers
 *   record udp TARGET PORT         echo requests; `by` is the number of the server that answers
 *   record serve TARGET PORT BY    that server
 * ARP has no sequence number: an answer is that of the last question. A station that answers again was late, or announces
 * the address to those who asked for it.
 */
#define _GNU_SOURCE
#include "question.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { SENDERS = 1, MOST = 2000000, TICK = 1000 };

struct asked {
    double at, answered;
    unsigned char by, stations;
};

struct echo {
    unsigned int number;
    unsigned char by;
};

static struct asked *questions;
static unsigned int count;
static volatile sig_atomic_t stopped;
static int sock;
static unsigned char frame[LONGEST];
static size_t size;

static void stop(int signal) {
    (void)signal;
    stopped = 1;
}

static void note(unsigned int number, unsigned char by) {
    if (number >= count) return;
    struct asked *question = &questions[number];
    if (question->stations > 0 && by == question->by) return;
    if (question->stations < 255 && question->stations++ > 0) return;
    question->answered = now_us();
    question->by = by;
}

static void ask_arp(unsigned int number) {
    frame[31] = (frame[31] & ~(SENDERS - 1)) | number % SENDERS;
    send(sock, frame, size, 0);
}

static void hear_arp(void) {
    unsigned char reply[LONGEST];
    ssize_t length = recv(sock, reply, sizeof reply, MSG_DONTWAIT);
    if (length < ARP_FRAME || reply[21] != 2) return;
    if (memcmp(reply, frame + 6, 6) != 0 || memcmp(reply + 28, frame + 38, 4) != 0) return;
    /* The latest question of this sender. */
    unsigned int back = (count - 1 - reply[41] % SENDERS) % SENDERS;
    if (back < count) note(count - 1 - back, reply[27]);
}

static void ask_udp(unsigned int number) {
    struct echo echo = {number, 0};
    send(sock, &echo, sizeof echo, 0);
}

static void hear_udp(void) {
    struct echo echo;
    if (recv(sock, &echo, sizeof echo, MSG_DONTWAIT) == sizeof echo) note(echo.number, echo.by);
}

static int open_udp(const char *target, const char *port, int serve) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    int opened = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
    if (opened < 0 || inet_pton(AF_INET, target, &address.sin_addr) != 1) die(target);
    /* An address that this node is to have later. */
    setsockopt(opened, IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
    if ((serve ? bind : connect)(opened, (void *)&address, sizeof address) < 0) die(target);
    return opened;
}

static void serve(int by) {
    for (;;) {
        struct echo echo;
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        if (recvfrom(sock, &echo, sizeof echo, 0, (void *)&from, &length) != sizeof echo) continue;
        echo.by = by;
        sendto(sock, &echo, sizeof echo, 0, (void *)&from, length);
    }
}

static void record(void (*ask)(unsigned int), void (*hear)(void)) {
    double start = now_us();
    while (!stopped && count < MOST) {
        double due = start + (double)count * TICK, left = due - now_us();
        if (left <= 0) {
            questions[count].at = now_us();
            ask(count++);
            continue;
        }
        struct pollfd ready = {sock, POLLIN, 0};
        struct timespec wait = {0, (long)(left * 1e3)};
        if (ppoll(&ready, 1, &wait, NULL) > 0) hear();
    }
    for (unsigned int i = 0; i < count; i++) {
        struct asked *q = &questions[i];
        printf("%.0f %.0f %d %d\n", q->at, q->answered, q->by, q->stations);
    }
}

int main(int words, char **word) {
    struct sigaction action = {.sa_handler = stop};
    /* What is measured is the answer, not when a busy machine lets the client ask; it sleeps most of the time. */
    struct sched_param priority = {.sched_priority = 1};
    if (words == 5 && strcmp(word[1], "serve") == 0) {
        sock = open_udp(word[2], word[3], 1);
        serve(atoi(word[4]));
    }
    sigaction(SIGTERM, &action, NULL);
    questions = calloc(MOST, sizeof *questions);
    if (questions == NULL) die("calloc");
    sched_setscheduler(0, SCHED_RR, &priority);
    if (words == 5 && strcmp(word[1], "arp") == 0) {
        unsigned char mac[6];
        sock = open_packets(word[2], word[4], mac);
        size = write_question(frame, mac, word[3], word[4]);
        record(ask_arp, hear_arp);
    } else if (words == 4 && strcmp(word[1], "udp") == 0) {
        sock = open_udp(word[2], word[3], 0);
        record(ask_udp, hear_udp);
    } else {
        fprintf(stderr, "usage: record arp IFACE OWN TARGET | udp TARGET PORT | serve TARGET PORT BY\n");
        return 2;
    }
    return 0;
}
