/* reads N: reads 1, 2, ... N bytes of /dev/zero, each size once. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 1;
	char *buf = calloc(1, n + 1);
	int fd = open("/dev/zero", O_RDONLY);

	if (!buf || fd < 0)
		return 1;
	for (long i = 1; i <= n; i++)
		if (read(fd, buf, i) != i)
			return 1;
	return 0;
}
