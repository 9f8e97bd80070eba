/* busy SECONDS: burns processor time in busy_loop(). */
#include <stdlib.h>
#include <time.h>

static volatile unsigned long spins;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

__attribute__((noinline)) void busy_loop(unsigned long n);
void busy_loop(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		spins++;
}

int main(int argc, char **argv)
{
	double end = now() + (argc > 1 ? atof(argv[1]) : 1);

	while (now() < end)
		busy_loop(10000000);
	return 0;
}
