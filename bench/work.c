#include "work.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "samples.h"

enum {
	CALLS_A_BATCH = 1000,
	CALLS_A_STEP = 16,       /* of work that looks at the clock: as many at once */
};

static void use_cpus(int first, int n)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (int i = first; i < first + n; i++)
		CPU_SET(i, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("cannot choose a CPU");
}

static int count_cpus(void)
{
	return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

void work_pin(void)
{
	use_cpus(count_cpus() - 1, 1);
}

void work_make_room(void)
{
	int n = count_cpus();

	use_cpus(0, n > 1 ? n - 1 : 1);
}

void work_unpin(void)
{
	use_cpus(0, count_cpus());
}

static void call(uint64_t n)
{
	while (n--)
		syscall(SYS_getppid);
}

double work_cost(uint64_t calls)
{
	struct samples batches = { 0 };
	double median;

	for (uint64_t i = 0; i < calls / CALLS_A_BATCH; i++) {
		double start = now_ns();

		call(CALLS_A_BATCH);
		samples_add(&batches, (now_ns() - start) / CALLS_A_BATCH);
	}
	median = samples_median(&batches);
	samples_done(&batches);
	return median;
}

uint64_t work_for(double seconds, double calls_per_s)
{
	double start = now_ns(), passed;
	uint64_t done = 0;

	while ((passed = (now_ns() - start) / 1e9) < seconds) {
		if (calls_per_s > 0 && passed * calls_per_s < (double)done)
			continue;
		call(CALLS_A_STEP);
		done += CALLS_A_STEP;
	}
	return done;
}
