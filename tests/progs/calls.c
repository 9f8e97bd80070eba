/* calls N [BEFORE [AFTER]]: calls outer(i, "word") for i from 1 to N, which calls middle(i + 1, 2 * i), which calls
 * inner(i + 1, 2 * i, -3, 4, 5, 6), which returns the sum. BEFORE and AFTER
 * are seconds to wait; SIGUSR1 ends the first wait. */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#define TRACED __attribute__((noinline, noclone))

int64_t inner(int64_t a, int64_t b, int c, uint8_t d, int64_t e, int64_t f);
int64_t middle(int64_t a, int64_t b);
int64_t outer(int64_t i, const char *word);
const char *spell(int64_t i);

static volatile int64_t total;

TRACED int64_t inner(int64_t a, int64_t b, int c, uint8_t d, int64_t e, int64_t f)
{
	return a + b + c + d + e + f;
}

TRACED int64_t middle(int64_t a, int64_t b)
{
	int64_t sum = inner(a, b, -3, 4, 5, 6);

	total += sum; /* no tail call: this frame stays on the stack */
	return sum;
}

TRACED int64_t outer(int64_t i, const char *word)
{
	int64_t sum = middle(i + 1, 2 * i);

	total += word[0];
	return sum;
}

static const char *volatile words[] = { "even", "odd" };

TRACED const char *spell(int64_t i)
{
	return words[i % 2];
}

int main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 1;
	struct timespec before = { argc > 2 ? atol(argv[2]) : 0, 0 };
	struct timespec after = { argc > 3 ? atol(argv[3]) : 0, 0 };
	sigset_t go;

	sigemptyset(&go);
	sigaddset(&go, SIGUSR1);
	sigprocmask(SIG_BLOCK, &go, NULL);
	total += words[0][0] + words[1][0]; /* a probe can only read memory that is there */
	sigtimedwait(&go, NULL, &before);
	for (long i = 1; i <= n; i++)
		outer(i, spell(i));
	nanosleep(&after, NULL);
	return 0;
}
