/*
 * Calls a CNI plugin as a runtime written in Go does, without one: `caller PROGRAM CONFIG CNI_PATH ENVIRONMENT... --
 * COMMAND ID NETNS...`. Reads one call a line from stdin, "COMMAND ID NETNS"; an empty line ends a group. The calls of
 * a group are started together, groups come one after another. For each call, in the order of a group, it prints a
 * line: microseconds from before the start of the process to its end, exit status, and what the plugin printed, on one
 * line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_CALLS 1024
#define OUTPUT_BYTES 16384

struct call {
  char command[16], id[128], netns[256];
  pid_t pid;
  int out;
  uint64_t started_ns, ended_ns;
  int status;
  size_t length;
  char output[OUTPUT_BYTES];
};

static struct call calls[MOST_CALLS];
static struct pollfd polled[MOST_CALLS];
static const char *program, *configuration, *plugin_path;
static char **more;
static int more_count;

static void die(const char *what) {
  fprintf(stderr, "caller: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void start(struct call *call) {
  char variables[5][512];
  snprintf(variables[0], sizeof variables[0], "CNI_COMMAND=%s", call->command);
  snprintf(variables[1], sizeof variables[1], "CNI_CONTAINERID=%s", call->id);
  snprintf(variables[2], sizeof variables[2], "CNI_NETNS=%s", call->netns);
  snprintf(variables[3], sizeof variables[3], "CNI_IFNAME=eth0");
  snprintf(variables[4], sizeof variables[4], "CNI_PATH=%s", plugin_path);
  char *environment[64];
  int count = 0;
  for (; count < 5; count++) environment[count] = variables[count];
  for (int at = 0; at < more_count; at++) environment[count++] = more[at];
  environment[count] = NULL;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) die("pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, configuration, O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  char *arguments[] = {(char *)program, NULL};
  call->started_ns = now_ns();
  int error = posix_spawn(&call->pid, program, &actions, NULL, arguments, environment);
  if (error != 0) {
    errno = error;
    die(program);
  }
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  call->out = ends[0];
  call->length = 0;
}

/* What it printed so far; at its end the process has ended, too, or does so at once. */
static int take(struct call *call) {
  size_t room = OUTPUT_BYTES - 1 - call->length;
  ssize_t count = read(call->out, call->output + call->length, room);
  if (count < 0) return errno == EINTR ? 0 : -1;
  call->length += (size_t)count;
  if (count > 0 && room > 0) return 0;
  close(call->out);
  int status;
  while (waitpid(call->pid, &status, 0) < 0)
    if (errno != EINTR) die("waitpid");
  call->ended_ns = now_ns();
  call->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return 1;
}

static void run_group(int count) {
  for (int at = 0; at < count; at++) start(&calls[at]);
  for (int at = 0; at < count; at++) {
    polled[at].fd = calls[at].out;
    polled[at].events = POLLIN;
  }
  for (int left = count; left > 0;) {
    if (poll(polled, (nfds_t)count, -1) < 0 && errno != EINTR) die("poll");
    for (int at = 0; at < count; at++) {
      if (polled[at].fd < 0 || polled[at].revents == 0) continue;
      int is_ended = take(&calls[at]);
      if (is_ended < 0) die("read");
      if (is_ended == 0) continue;
      polled[at].fd = -1;
      left--;
    }
  }
  for (int at = 0; at < count; at++) {
    struct call *call = &calls[at];
    for (size_t byte = 0; byte < call->length; byte++)
      if (call->output[byte] == '\n') call->output[byte] = ' ';
    call->output[call->length] = '\0';
    printf("%llu %d %s\n", (unsigned long long)(call->ended_ns - call->started_ns) / 1000,
           call->status, call->output);
  }
  fflush(stdout);
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: caller PROGRAM CONFIG CNI_PATH [NAME=VALUE...]\n");
    return 2;
  }
  program = argv[1];
  configuration = argv[2];
  plugin_path = argv[3];
  more = argv + 4;
  more_count = argc - 4;
  if (more_count > 50) return 2;
  char line[512];
  int count = 0;
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (*line == '\n') {
      run_group(count);
      count = 0;
      continue;
    }
    if (count == MOST_CALLS) return 2;
    struct call *call = &calls[count++];
    if (sscanf(line, "%15s %127s %255s", call->command, call->id, call->netns) != 3) return 2;
  }
  if (count > 0) run_group(count);
  return 0;
}
