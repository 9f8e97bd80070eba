/* listens N: N sockets, one after the other, listen on a free TCP port of 127.0.0.1 and are closed. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	for (long i = argc > 1 ? atol(argv[1]) : 1; i > 0; i--) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (bind(fd, (struct sockaddr *)&any, sizeof(any)) || listen(fd, 1))
			return 1;
		close(fd);
	}
	return 0;
}
