/*
 * The CNI plugin that stands on a node: it hands its name, environment and stdin to the agent's socket and gives back
 * what the agent says. The other end is cni/agent/server/frames.ts. Without an agent it answers VERSION itself, fails
 * ADD with 11 (try again later) and STATUS with 50 (not available), and writes DEL down for the agent to do later.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SOCKET_PATH
#define SOCKET_PATH "/run/fairlead/cni.sock"
#endif
#ifndef PENDING_PATH
#define PENDING_PATH "/var/lib/fairlead/cni/pending"
#endif
/* "FLC1": changes with the format of frames. */
#define MAGIC 0x464c4331u
#define LONGEST_ANSWER (64u << 20)

extern char **environ;

struct buffer {
  char *bytes;
  size_t length, capacity;
};

static void die(const char *what) {
  fprintf(stderr, "fairlead: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void append(struct buffer *to, const void *bytes, size_t length) {
  if (to->length + length > to->capacity) {
    to->capacity = (to->length + length) * 2 + 4096;
    to->bytes = realloc(to->bytes, to->capacity);
    if (to->bytes == NULL) die("memory");
  }
  memcpy(to->bytes + to->length, bytes, length);
  to->length += length;
}

static void append_number(struct buffer *to, uint32_t number) {
  uint32_t network_order = htonl(number);
  append(to, &network_order, sizeof network_order);
}

static void append_text(struct buffer *to, const char *bytes, size_t length) {
  append_number(to, (uint32_t)length);
  append(to, bytes, length);
}

/* 0 at the end of what there is, -1 for an error. */
static ssize_t read_some(int fd, void *to, size_t length) {
  ssize_t count;
  do count = read(fd, to, length);
  while (count < 0 && errno == EINTR);
  return count;
}

static int read_exactly(int fd, void *to, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t count = read_some(fd, (char *)to + done, length - done);
    if (count <= 0) return -1;
    done += (size_t)count;
  }
  return 0;
}

static int write_all(int fd, const void *from, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t count = write(fd, (const char *)from + done, length - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    done += (size_t)count;
  }
  return 0;
}

static struct buffer read_stdin(void) {
  struct buffer text = {0};
  char chunk[65536];
  for (;;) {
    ssize_t count = read_some(STDIN_FILENO, chunk, sizeof chunk);
    if (count < 0) die("stdin");
    if (count == 0) return text;
    append(&text, chunk, (size_t)count);
  }
}

/* What the plugin was called with: its name, stdin, and the environment. */
static struct buffer make_request(const char *name, const struct buffer *text) {
  struct buffer request = {0};
  uint32_t count = 2;
  for (char **each = environ; *each != NULL; each++) count++;
  append_number(&request, MAGIC);
  append_number(&request, count);
  append_text(&request, name, strlen(name));
  append_text(&request, text->bytes == NULL ? "" : text->bytes, text->length);
  for (char **each = environ; *each != NULL; each++) append_text(&request, *each, strlen(*each));
  return request;
}

static const char *setting(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return value == NULL || *value == '\0' ? otherwise : value;
}

static int connect_agent(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *path = setting("FAIRLEAD_CNI_SOCKET", SOCKET_PATH);
  if (strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

/* One text of the answer to a stream of ours; all of it is there before any is written. */
static int read_text(int fd, struct buffer *text) {
  uint32_t length;
  if (read_exactly(fd, &length, sizeof length) != 0) return -1;
  length = ntohl(length);
  if (length > LONGEST_ANSWER) return -1;
  text->bytes = malloc(length + 1u);
  if (text->bytes == NULL) die("memory");
  text->length = length;
  return read_exactly(fd, text->bytes, length);
}

/* The agent's exit status for us; -1 when it gave no whole answer. */
static int ask_agent(const struct buffer *request) {
  int fd = connect_agent();
  if (fd < 0) return -1;
  unsigned char status;
  struct buffer out = {0}, errors = {0};
  int is_answered = write_all(fd, request->bytes, request->length) == 0 &&
                    shutdown(fd, SHUT_WR) == 0 && read_exactly(fd, &status, 1) == 0 &&
                    read_text(fd, &out) == 0 && read_text(fd, &errors) == 0;
  close(fd);
  if (!is_answered) return -1;
  write_all(STDERR_FILENO, errors.bytes, errors.length);
  if (write_all(STDOUT_FILENO, out.bytes, out.length) != 0) die("stdout");
  return status;
}

/* FNV-1a: a DEL that is repeated takes its own record's place. */
static uint64_t digest(const struct buffer *request) {
  uint64_t hash = 14695981039346656037ull;
  for (size_t at = 0; at < request->length; at++)
    hash = (hash ^ (unsigned char)request->bytes[at]) * 1099511628211ull;
  return hash;
}

static void make_folders(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(path, 0755);
    *slash = '/';
  }
  mkdir(path, 0700);
}

/* Written, flushed, and only then under a name that the agent reads. */
static int write_record(const struct buffer *request) {
  char folder[3072], draft[4096], record[4096];
  snprintf(folder, sizeof folder, "%s", setting("FAIRLEAD_CNI_PENDING", PENDING_PATH));
  make_folders(folder);
  snprintf(draft, sizeof draft, "%s/.%d", folder, (int)getpid());
  snprintf(record, sizeof record, "%s/%016llx.del", folder, (unsigned long long)digest(request));
  int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  int is_written = write_all(fd, request->bytes, request->length) == 0 && fsync(fd) == 0;
  is_written = close(fd) == 0 && is_written;
  if (!is_written || rename(draft, record) != 0) {
    int cause = errno;
    unlink(draft);
    errno = cause;
    return -1;
  }
  int folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_fd >= 0) {
    fsync(folder_fd);
    close(folder_fd);
  }
  return 0;
}

static int fail(int code, const char *message, const char *details) {
  printf("{\"cniVersion\":\"1.0.0\",\"code\":%d,\"msg\":\"%s\",\"details\":\"%s\"}\n", code, message,
         details);
  return 1;
}

static int print_version(void) {
  puts("{\"cniVersion\":\"1.1.0\",\"supportedVersions\":"
       "[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}");
  return 0;
}

static int without_agent(const char *command, const struct buffer *request) {
  const char *absent = "Fairlead's agent does not answer on this node";
  if (strcmp(command, "STATUS") == 0) return fail(50, absent, "no container can be added now");
  if (strcmp(command, "DEL") != 0) return fail(11, absent, "try again when it runs");
  if (write_record(request) == 0) return 0;
  return fail(5, "DEL can be neither done nor written down", strerror(errno));
}

int main(int argc, char **argv) {
  const char *command = getenv("CNI_COMMAND");
  const char *name = argc > 0 ? argv[0] : "fairlead";
  if (command == NULL || *command == '\0') {
    fprintf(stderr, "Fairlead CNI plugin, called as %s\n"
                    "CNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n",
            basename(name));
    return 0;
  }
  if (strcmp(command, "VERSION") == 0) return print_version();
  /* An agent that ends meanwhile is told by the write, and is one that did not answer. */
  signal(SIGPIPE, SIG_IGN);
  struct buffer text = read_stdin();
  struct buffer request = make_request(name, &text);
  int status = ask_agent(&request);
  return status >= 0 ? status : without_agent(command, &request);
}
