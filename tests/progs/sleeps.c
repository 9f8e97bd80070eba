/* sleeps SECONDS [N]: sleeps N times that long (fractions allowed). */
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 1;
	long n = argc > 2 ? atol(argv[2]) : 1;
	struct timespec ts = { seconds, (seconds - (long)seconds) * 1e9 };

	while (n-- > 0)
		nanosleep(&ts, NULL);
	return 0;
}
