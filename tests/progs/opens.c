/* opens N PATH...: opens and closes each path N times. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 1;

	for (long i = 0; i < n; i++)
		for (int k = 2; k < argc; k++)
			close(open(argv[k], O_RDONLY));
	return 0;
}
