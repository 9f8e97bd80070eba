/* lseeks FROM TO [STEP]: lseek(-1, i, 0) for every i from FROM to TO: a series of 64-bit values, one a call. */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long long from = argc > 1 ? atoll(argv[1]) : 1;
	long long to = argc > 2 ? atoll(argv[2]) : from;
	long long step = argc > 3 ? atoll(argv[3]) : 1;

	for (long long i = from; i <= to; i += step)
		(void)lseek(-1, i, SEEK_SET);
	return 0;
}
