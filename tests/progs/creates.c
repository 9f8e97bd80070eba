/* creates N M PATH: opens PATH N times with O_CREAT and M times without, makes one FIFO PATH.fifo and removes both. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char fifo[4096];

	if (argc < 4)
		return 1;
	snprintf(fifo, sizeof(fifo), "%s.fifo", argv[3]);
	for (long i = atol(argv[1]); i > 0; i--)
		close(open(argv[3], O_WRONLY | O_CREAT, 0640));
	for (long i = atol(argv[2]); i > 0; i--)
		close(open(argv[3], O_RDWR));
	if (mkfifo(fifo, 0600))
		return 1;
	return unlink(fifo) || unlink(argv[3]);
}
