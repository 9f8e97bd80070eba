/* itself PATH...: opens the paths (from descriptor 3 on), calls itself "itself", gathers orphans, has a second
 * thread, and calls getppid() every 5 ms until it is killed. */
#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *sleep_on(void *unused)
{
	for (;;)
		pause();
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	for (int i = 1; i < argc; i++)
		if (open(argv[i], O_RDONLY) != 2 + i)
			return 1;
	prctl(PR_SET_NAME, "itself");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (pthread_create(&thread, NULL, sleep_on, NULL))
		return 1;
	for (;;) {
		syscall(SYS_getppid);
		usleep(5000);
	}
}
