#include "tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "samples.h"
#include "work.h"

#define NOTIFY "__BPFTRACE_NOTIFY_PROBES_ATTACHED"

#define ATTACH_LIMIT_NS 120e9
#define MISSED_NS 1e9              /* who only waits for events for so long after SIGINT has missed it */
#define IDLE_NS 300e6              /* results that do not grow for so long are complete */

enum { LOOK_NS = 200 * 1000 };     /* how often the results are looked at */

struct tracer {
	const struct tool *tool;
	pid_t pid;
	int say_fd;                    /* its standard output, from here */
	int out_fd, err_fd;            /* files in memory: results, messages */
	size_t size_attached;          /* bytes of results when the probes were attached */
	double started_ns, attached_ns;
};

static int memory_file(void)
{
	int fd = memfd_create("bench", 0);

	if (fd < 0)
		die("cannot make a file in memory: %s", strerror(errno));
	return fd;
}

/* What a file in memory holds, with a NUL behind it. */
static char *take_text(int fd)
{
	struct stat st;
	size_t len = 0;
	char *text;

	if (fstat(fd, &st))
		die("fstat: %s", strerror(errno));
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		die("no memory");
	while (len < (size_t)st.st_size) {
		ssize_t n = pread(fd, text + len, (size_t)st.st_size - len, (off_t)len);

		if (n <= 0)
			die("cannot read results: %s", strerror(errno));
		len += (size_t)n;
	}
	text[len] = '\0';
	close(fd);
	return text;
}

/* Runs in the child. A tool dies with the bench. */
static _Noreturn void become(const struct tool *t, const char *const args[], int out_fd, int err_fd)
{
	const char *argv[8] = { t->path };
	size_t n = 1;

	while (*args && n < 7)
		argv[n++] = *args++;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setenv(NOTIFY, "1", 1);
	if (dup2(out_fd, STDOUT_FILENO) >= 0 && dup2(err_fd, STDERR_FILENO) >= 0)
		execv(t->path, (char **)argv);
	dprintf(STDERR_FILENO, "cannot execute %s: %s\n", t->path, strerror(errno));
	_exit(127);
}

static pid_t spawn(const struct tool *t, const char *const args[], int out_fd, int err_fd)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid)
		become(t, args, out_fd, err_fd);
	return pid;
}

static void check_status(const struct tool *t, int status, int err_fd)
{
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	die("%s ended with wait status %#x:\n%s", t->name, (unsigned)status, take_text(err_fd));
}

/* Processes that a tool left behind become ours (PR_SET_CHILD_SUBREAPER). */
static void wait_for_all(void)
{
	while (wait(NULL) > 0 || errno == EINTR)
		;
}

/* -- to the end -- */

static double seconds_of(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

void tool_run(const struct tool *t, const char *const args[], struct finished *ret)
{
	int out = memory_file(), err = memory_file(), status;
	double start = now_ns();
	pid_t pid = spawn(t, args, out, err);
	struct rusage usage;

	if (wait4(pid, &status, 0, &usage) != pid)
		die("wait4: %s", strerror(errno));
	ret->wall_ns = now_ns() - start;
	ret->cpu_ns = seconds_of(usage.ru_utime) * 1e9 + seconds_of(usage.ru_stime) * 1e9;
	ret->rss_kb = usage.ru_maxrss;
	wait_for_all();
	check_status(t, status, err);
	ret->out = take_text(out);
	ret->err = take_text(err);
}

void finished_done(struct finished *f)
{
	free(f->out);
	free(f->err);
}

/* -- while the bench works -- */

static bool says_attached(int err_fd)
{
	char text[4096];
	ssize_t n = pread(err_fd, text, sizeof(text), 0);

	return n > 0 && memmem(text, (size_t)n, NOTIFY "\n", strlen(NOTIFY "\n"));
}

/* Until it says that probes are attached: on the standard output, the peer with its messages. */
static void wait_attached(struct tracer *tr)
{
	char text[4096];
	size_t len = 0;

	while (!says_attached(tr->err_fd) && !memmem(text, len, NOTIFY "\n", strlen(NOTIFY "\n"))) {
		struct pollfd p = { .fd = tr->say_fd, .events = POLLIN };
		int ready = poll(&p, 1, 1);
		ssize_t n = ready > 0 ? read(tr->say_fd, text + len, sizeof(text) - len) : 0;

		if ((ready && n <= 0) || now_ns() - tr->started_ns > ATTACH_LIMIT_NS) {
			kill(tr->pid, SIGKILL);
			die("%s does not attach:\n%s", tr->tool->name, take_text(tr->err_fd));
		}
		len += (size_t)n;
	}
	tr->attached_ns = now_ns();
}

static size_t results_size(const struct tracer *tr)
{
	struct stat st;

	if (fstat(tr->out_fd, &st))
		die("fstat: %s", strerror(errno));
	return (size_t)st.st_size;
}

struct tracer *tracer_start(const struct tool *t, const char *script)
{
	struct tracer *tr = calloc(1, sizeof(*tr));
	char path[32];
	const char *const args[] = { "-o", path, "-e", script, NULL };
	int say[2];

	if (!tr || pipe2(say, O_CLOEXEC))
		die("cannot start %s: %s", t->name, strerror(errno));
	tr->tool = t;
	tr->out_fd = memory_file();
	tr->err_fd = memory_file();
	tr->say_fd = say[0];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", tr->out_fd);
	work_make_room();
	tr->started_ns = now_ns();
	tr->pid = spawn(t, args, say[1], tr->err_fd);
	work_pin();
	close(say[1]);
	wait_attached(tr);
	tr->size_attached = results_size(tr);
	return tr;
}

double tracer_wait_written(const struct tracer *tr, size_t bytes)
{
	size_t seen = 0;
	double seen_ns = now_ns();

	while (now_ns() - seen_ns < IDLE_NS) {
		size_t size = results_size(tr);

		if (size != seen)
			seen_ns = now_ns();
		seen = size;
		if (size - tr->size_attached >= bytes)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
	}
	return seen_ns;
}

static void read_to_end(int fd)
{
	char unused[4096];

	while (read(fd, unused, sizeof(unused)) > 0)
		;
}

/* Whether the process still waits for events. */
static bool is_polling(pid_t pid)
{
	char path[32], text[64] = "";
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/wchan", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 && strstr(text, "epoll");
}

/* Until the process has ended: true; or has done nothing but wait for events for MISSED_NS: false. */
static bool wait_end(pid_t pid, int *ret_status)
{
	double busy = now_ns();

	while (now_ns() - busy < MISSED_NS) {
		pid_t ended = waitpid(pid, ret_status, WNOHANG);

		if (ended == pid)
			return true;
		if (ended < 0)
			die("waitpid: %s", strerror(errno));
		if (!is_polling(pid))
			busy = now_ns();
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
	}
	return false;
}

/* Interrupts it until it has ended; returns when the signal that worked was sent. The peer forgets one
 * that comes while it is between two waits. */
static double interrupt(const struct tracer *tr, int *ret_status)
{
	double sent;

	do {
		sent = now_ns();
		kill(tr->pid, SIGINT);
	} while (!wait_end(tr->pid, ret_status));
	return sent;
}

void tracer_stop(struct tracer *tr, struct traced *ret)
{
	int status;
	double start = interrupt(tr, &status);

	read_to_end(tr->say_fd);
	ret->leave_ns = now_ns() - start;
	wait_for_all();
	ret->gone_ns = now_ns() - start;
	ret->attach_ns = tr->attached_ns - tr->started_ns;
	check_status(tr->tool, status, tr->err_fd);
	ret->out = take_text(tr->out_fd);
	ret->err = take_text(tr->err_fd);
	close(tr->say_fd);
	free(tr);
}

void traced_done(struct traced *t)
{
	free(t->out);
	free(t->err);
}

/* -- reading results -- */

uint64_t lost_events(const char *err)
{
	static const char word[] = "Lost ";
	uint64_t sum = 0;

	for (const char *at = err; (at = strstr(at, word)); at += strlen(word))
		sum += strtoull(at + strlen(word), NULL, 10);
	return sum;
}

/* "@...: 5" and "[1K, 2K)   5 |@@@" have one; other lines have none. */
static uint64_t line_count(const char *line, size_t len)
{
	const char *end = memrchr(line, line[0] == '@' ? ':' : ')', len);

	if (line[0] == '[' && !end)
		end = memchr(line, ']', len);
	return end && (line[0] == '@' || line[0] == '[') ? strtoull(end + 1, NULL, 10) : 0;
}

uint64_t map_total(const char *out)
{
	uint64_t sum = 0;

	while (*out) {
		size_t len = strcspn(out, "\n");

		/* "@:" over a histogram ends with the colon: the number would be that of the next line */
		if (len && out[len - 1] != ':')
			sum += line_count(out, len);
		out += len + (out[len] == '\n');
	}
	return sum;
}
