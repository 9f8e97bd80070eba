#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "probes/probe_priv.h"
#include "runtime/run.h"

/* profile: the software clock of every CPU (with -p: of every thread of the process). */

static int attach_target(struct run *run, const struct prog_desc *d, const struct attach_target *t)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK,
	};

	if (!strcmp(t->unit, "hz")) {
		attr.freq = 1;
		attr.sample_freq = t->count;
	} else {
		attr.sample_period = rate_period_ns(t);
	}
	return perf_attach_all(run, d, &attr);
}

/* The kernel's word for more samples than it allows is "Invalid argument". */
static const char *reason_of(const struct attach_target *t, int err, char *buf, size_t len)
{
	const char *limit = "/proc/sys/kernel/perf_event_max_sample_rate";
	char *text;

	if (err != -EINVAL || strcmp(t->unit, "hz") || host_read_file(limit, &text, NULL))
		return NULL;
	snprintf(buf, len, "The kernel takes at most %llu samples a second: %s", strtoull(text, NULL, 10), limit);
	free(text);
	return buf;
}

static int attach_profile(struct run *run, const struct prog_desc *d)
{
	char buf[128];
	int n = 0;

	for (size_t i = 0; i < d->n_targets; i++) {
		const struct attach_target *t = &d->targets[i];
		int err = attach_target(run, d, t);

		if (err < 0)
			run_attach_failed(run, t, -err, reason_of(t, err, buf, sizeof(buf)));
		else
			n++;
	}
	return n;
}

static int list_profile(const struct host *h, const char *pattern, bool with_params, line_fn each,
			void *ctx)
{
	(void)h, (void)with_params;
	return rate_list("profile", pattern, each, ctx);
}

const struct probe_kind probes_profile[] = {
	{
		.name = "profile", .aliases = "p", .spec = "profile:unit:count",
		.doc = "Runs every so often on every CPU, wherever that CPU is: profile:hz:99.",
		.counts = "1 or 2", .min_parts = 1, .max_parts = 2,
		.gives = GIVES_REGS | GIVES_CTX | GIVES_USERMODE | GIVES_SIGNAL,
		.pid_filter = PID_FILTER_ATTACH,
		.prog_type = BPF_PROG_TYPE_PERF_EVENT,
		.parse = COMPILE_SIDE(rate_parse), .match = COMPILE_SIDE(rate_match),
		.attach = attach_profile, .list = list_profile,
	},
	{ 0 },
};
