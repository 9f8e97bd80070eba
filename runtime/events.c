#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/host.h"
#include "runtime/child.h"
#include "runtime/output.h"
#include "runtime/run_priv.h"
#include "runtime/usyms.h"

enum {
	BATCH = 1 << 16,    /* events before signals and timers are looked at */
	NAP_NS = 1000000,   /* the reader's rest after it was woken: many events a wake-up */
	TELL_LOST_MS = 100, /* at most that often, while events arrive */
};

/* What an epoll event is about: one of these, or SOURCE_SELF + index in run->selves. */
enum source {
	SOURCE_RING,
	SOURCE_SIGNAL,
	SOURCE_PROCESS,
	SOURCE_CHILD,
	SOURCE_MAPPINGS,
	SOURCE_SELF
};

static int watch(struct run *run, int fd, uint64_t source)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = source };

	return epoll_ctl(run->epoll_fd, EPOLL_CTL_ADD, fd, &ev) ? -errno : 0;
}

static void wanted_signals(const struct run *run, sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGINT);
	sigaddset(ret_set, SIGTERM);
	sigaddset(ret_set, SIGUSR1);
	for (size_t i = 0; i < run->selves.n; i++)
		if (run->selves.v[i].timer_fd < 0)
			sigaddset(ret_set, run->selves.v[i].signo);
}

/* Stacks of processes are shown by what is mapped where, also when the process is gone by then.
 * Where the kernel does not let us watch, a process is looked at when it is asked for. */
static int watch_mappings(struct run *run)
{
	struct usyms *us;
	int fd;

	if (!output_wants_processes(run->plan))
		return 0;
	us = output_usyms(run->opt.output);
	fd = usyms_watch(us);
	if (!run->opt.host->pid)
		usyms_learn_all(us);
	else if (!run->opt.child) /* which is ours still, and will be watched as it executes */
		usyms_learn(us, run->opt.host->pid);
	return fd < 0 ? 0 : watch(run, fd, SOURCE_MAPPINGS);
}

int events_open(struct run *run)
{
	sigset_t set;
	int err;

	run->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (run->epoll_fd < 0)
		return -errno;
	wanted_signals(run, &set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	run->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (run->signal_fd < 0)
		return -errno;
	err = watch(run, run->signal_fd, SOURCE_SIGNAL);
	return err ? err : watch_mappings(run);
}

/* What was made after events_open(): the ring, timers, processes. */
static int watch_all(struct run *run)
{
	int err = 0;
	sigset_t set;

	wanted_signals(run, &set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (signalfd(run->signal_fd, &set, 0) < 0)
		err = -errno;
	if (!err && run->ring.consumer)
		err = watch(run, run->ring.fd, SOURCE_RING);
	if (!err && run->opt.process_fd >= 0)
		err = watch(run, run->opt.process_fd, SOURCE_PROCESS);
	if (!err && run->opt.child)
		err = watch(run, child_pidfd(run->opt.child), SOURCE_CHILD);
	for (size_t i = 0; !err && i < run->selves.n; i++)
		if (run->selves.v[i].timer_fd >= 0)
			err = watch(run, run->selves.v[i].timer_fd, SOURCE_SELF + i);
	return err;
}

static void on_signals(struct run *run)
{
	struct signalfd_siginfo si;

	while (run->state == RUN_ON && read(run->signal_fd, &si, sizeof(si)) == sizeof(si)) {
		if (si.ssi_signo == SIGINT || si.ssi_signo == SIGTERM)
			run->state = RUN_STOP;
		else
			self_on_signal(run, (int)si.ssi_signo);
	}
}

static void on_source(struct run *run, uint64_t source)
{
	switch (source) {
	case SOURCE_RING:
		break;
	case SOURCE_SIGNAL:
		on_signals(run);
		break;
	case SOURCE_MAPPINGS:
		usyms_drain(output_usyms(run->opt.output));
		break;
	case SOURCE_CHILD:
		child_reap(run->opt.child, run->opt.verbose);
		run->state = RUN_STOP;
		break;
	case SOURCE_PROCESS:
		run->state = RUN_STOP;
		break;
	default:
		self_on_timer(run, &run->selves.v[source - SOURCE_SELF]);
	}
}

static void nap(const struct run *run)
{
	/* A ring that is filling up is read at once. */
	if (ring_pending(&run->ring) < run->ring.size / 4)
		nanosleep(&(struct timespec){ 0, NAP_NS }, NULL);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Reads a batch; true when there was more. All whole lines are written when it returns. */
static bool read_batch(struct run *run)
{
	size_t n;

	output_hold(run->opt.output, true);
	n = ring_drain(run, BATCH);
	output_hold(run->opt.output, false);
	return n == BATCH;
}

/* Waits for the next thing, or only looks; whether the ring has events. */
static bool wait_for_any(struct run *run, bool look_only)
{
	struct epoll_event ev[16];
	int n = epoll_wait(run->epoll_fd, ev, ARRAY_SIZE(ev), look_only ? 0 : -1);
	bool has_events = false;

	for (int i = 0; i < n; i++) {
		has_events |= ev[i].data.u64 == SOURCE_RING;
		on_source(run, ev[i].data.u64);
	}
	return has_events;
}

void events_loop(struct run *run)
{
	uint64_t told = 0;
	bool more = run->ring.consumer;        /* what begin left is read at once */
	int err = watch_all(run);

	if (err) {
		run_complain(run, true, "cannot wait for events: %s", strerror(-err));
		return;
	}
	while (run->state == RUN_ON) {
		bool woken = wait_for_any(run, more);

		if (woken && !more)
			nap(run);
		if (woken || more)
			more = read_batch(run);
		if (run->ring.consumer && now_ms() - told >= TELL_LOST_MS) {
			lost_tell(run);
			told = now_ms();
		}
		if (__atomic_load_n(&run->globals->exiting, __ATOMIC_ACQUIRE) ||
		    output_error(run->opt.output))
			run->state = RUN_STOP;
	}
}

void events_drain(struct run *run)
{
	while (run->ring.consumer && ring_pending(&run->ring) && !run->ring_is_broken &&
	       !output_error(run->opt.output))
		read_batch(run);
}

void events_close(struct run *run)
{
	if (run->epoll_fd >= 0)
		close(run->epoll_fd);
	if (run->signal_fd >= 0)
		close(run->signal_fd);
}
