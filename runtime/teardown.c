#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/run_priv.h"

/* Letting go of a perf event makes the kernel wait some 70 ms, one event after the other. Nobody's
 * prompt waits for that: a process in the background shares those descriptors, and is the last to
 * let go. */

void run_keep_fd(struct run *run, int fd, bool slow)
{
	vec_push(&run->kept, (struct kept_fd){ fd, slow });
}

static int compare_fds(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Closes everything but the n descriptors, which are sorted. */
static void close_others(const int *fds, size_t n)
{
	unsigned first = 0;

	for (size_t i = 0; i < n; i++) {
		if ((unsigned)fds[i] > first)
			syscall(SYS_close_range, first, fds[i] - 1, 0);
		first = (unsigned)fds[i] + 1;
	}
	syscall(SYS_close_range, first, ~0u, 0);
}

/* The background process: nothing of the terminal, the pipes and the files of sonde stays with it.
 * It waits for sonde to end and lets go by ending, too. */
static _Noreturn void hold_fds(const int *fds, size_t n, int parent_gone)
{
	char unused;

	setsid();
	prctl(PR_SET_NAME, "sonde-detach");
	close_others(fds, n);
	if (chdir("/"))
		_exit(1);
	while (read(parent_gone, &unused, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

void teardown_hold(struct run *run)
{
	int pipe_fds[2], *fds = xmalloc((run->kept.n + 1) * sizeof(*fds));
	size_t n = 0;

	for (size_t i = 0; i < run->kept.n; i++)
		if (run->kept.v[i].slow)
			fds[n++] = run->kept.v[i].fd;
	if (n && !pipe2(pipe_fds, O_CLOEXEC)) {
		fds[n++] = pipe_fds[0];
		qsort(fds, n, sizeof(*fds), compare_fds);
		if (!fork())
			hold_fds(fds, n, pipe_fds[0]);
		close(pipe_fds[0]);
		run->holder_fd = pipe_fds[1];
	}
	free(fds);
}

void teardown_release(struct run *run)
{
	for (size_t i = 0; i < run->kept.n; i++)
		close(run->kept.v[i].fd);
	for (size_t i = 0; i < run->selves.n; i++)
		if (run->selves.v[i].timer_fd >= 0)
			close(run->selves.v[i].timer_fd);
	vec_done(&run->kept);
	vec_done(&run->selves);
	if (run->holder_fd >= 0)
		close(run->holder_fd);
}
