#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "runtime/run_priv.h"

/* Runs of one timer that are caught up with at once; what is beyond was missed. */
enum { MAX_CATCH_UP = 1000 };

int self_run_once(int prog_fd)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	return bpf_prog_test_run_opts(prog_fd, &opts);
}

static int add_self(struct run *run, struct self_run self)
{
	self.prog_fd = run_load(run, self.prog, BPF_PROG_TYPE_RAW_TRACEPOINT, 0);
	if (self.prog_fd < 0)
		return self.prog_fd;
	vec_push(&run->selves, self);
	return 0;
}

int run_every(struct run *run, const struct prog_desc *d, uint64_t period_ns)
{
	struct self_run self = { .prog = d, .period_ns = period_ns ? period_ns : 1 };
	int err;

	self.timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (self.timer_fd < 0)
		return -errno;
	err = add_self(run, self);
	if (err)
		close(self.timer_fd);
	return err;
}

int run_on_signal(struct run *run, const struct prog_desc *d, int signo)
{
	return add_self(run, (struct self_run){ .prog = d, .timer_fd = -1, .signo = signo });
}

void self_arm(struct run *run)
{
	for (size_t i = 0; i < run->selves.n; i++) {
		const struct self_run *s = &run->selves.v[i];
		struct timespec period = { (time_t)(s->period_ns / 1000000000),
					   (long)(s->period_ns % 1000000000) };

		if (s->timer_fd >= 0)
			timerfd_settime(s->timer_fd, 0, &(struct itimerspec){period, period}, NULL);
	}
}

static void run_self(struct run *run, const struct self_run *s)
{
	int err = self_run_once(s->prog_fd);

	if (err)
		run_complain(run, true, "cannot run %s: %s", prog_title(s->prog), strerror(-err));
}

void self_on_timer(struct run *run, struct self_run *s)
{
	uint64_t n;

	if (read(s->timer_fd, &n, sizeof(n)) != sizeof(n))
		return;
	if (n > MAX_CATCH_UP) {
		run_add_missed(run, s->prog, n - MAX_CATCH_UP);
		n = MAX_CATCH_UP;
	}
	for (; n && !run->globals->exiting; n--)
		run_self(run, s);
}

void self_on_signal(struct run *run, int signo)
{
	for (size_t i = 0; i < run->selves.n; i++)
		if (run->selves.v[i].timer_fd < 0 && run->selves.v[i].signo == signo)
			run_self(run, &run->selves.v[i]);
}
