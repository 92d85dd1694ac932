/* One TCP stream with large writes: `stream serve PORT` reads for ever, `stream send ADDRESS PORT MILLISECONDS` prints Gbit/s. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char chunk[1 << 17];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void serve(const char *port) {
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
  int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&own, sizeof own) != 0) die("bind");
  if (listen(listener, 16) != 0) die("listen");
  puts("ready");
  fflush(stdout);
  for (;;) {
    int peer = accept(listener, NULL, NULL);
    if (peer < 0) die("accept");
    while (read(peer, chunk, sizeof chunk) > 0);
    close(peer);
  }
}

static int send_all(const char *address, const char *port, const char *milliseconds) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
  if (inet_pton(AF_INET, address, &to.sin_addr) != 1) die(address);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) die("connect");
  double started = now(), until = started + atof(milliseconds) / 1000, bytes = 0, at;
  do {
    ssize_t count = write(fd, chunk, sizeof chunk);
    if (count < 0) die("write");
    bytes += (double)count;
    at = now();
  } while (at < until);
  printf("%.4f\n", bytes * 8 / 1e9 / (at - started));
  return 0;
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc == 3 && strcmp(argv[1], "serve") == 0) serve(argv[2]);
  if (argc == 5 && strcmp(argv[1], "send") == 0) return send_all(argv[2], argv[3], argv[4]);
  return 2;
}
