/* passes: calls by_pointer(&s) and by_value(s) once for each of three values of a struct that has a bit of everything, and tells
 * what it passed, a line a call, as a tracer should print it. */
#include <stdio.h>
#include <string.h>

#include "passes.h"

#define TRACED __attribute__((noinline, noclone))

int by_pointer(const struct all *s);
int by_value(struct all s);

static volatile int sink;

TRACED int by_pointer(const struct all *s)
{
	sink = s->letter;
	return sink;
}

TRACED int by_value(struct all s)
{
	sink = s.small;
	return sink;
}

static const char *color_name(enum color c)
{
	return c == RED ? "RED" : c == GREEN ? "GREEN" : "BLUE";
}

static void tell(const struct all *s)
{
	const int16_t (*c)[3] = s->cells;

	printf("{ .letter = %d, .small = %d, .cells = [[%d,%d,%d],[%d,%d,%d]], .low = %d, .middle = %d, .high = %llu, ",
	       s->letter, s->small, c[0][0], c[0][1], c[0][2], c[1][0], c[1][1], c[1][2], s->low, s->middle,
	       (unsigned long long)s->high);
	printf(".corner = [{ .x = %d, .y = %d },{ .x = %d, .y = %d }], .word = %u, .bytes = [%d,%d,%d,%d], ",
	       s->corner[0].x, s->corner[0].y, s->corner[1].x, s->corner[1].y, s->word, s->bytes[0], s->bytes[1],
	       s->bytes[2], s->bytes[3]);
	printf(".named = { .inside = %lld }, .color = %s, .name = %.8s, .next = ", (long long)s->named.inside,
	       color_name(s->color), s->name);
	printf(s->next ? "0x%llx" : "0x0", (unsigned long long)(uintptr_t)s->next);
	printf(", .real = null, .last = %lld }\n", (long long)s->last);
}

int main(void)
{
	static struct all values[3];

	for (int i = 0; i < 3; i++) {
		struct all *s = &values[i];

		s->letter = (char)('a' + i);
		s->small = (uint8_t)(255 - i);
		for (int k = 0; k < 6; k++)
			s->cells[k / 3][k % 3] = (int16_t)(1000 * i - k);
		s->low = (unsigned)(7 - i) & 7;
		s->middle = -3 - i;
		s->high = 0xffffffff00ull + (unsigned)i;
		s->corner[0] = (struct point){ (int16_t)i, (int16_t)-i };
		s->corner[1] = (struct point){ 32767, -32768 };
		s->word = 0x04030201u + (unsigned)i;
		s->named.inside = -(1ll << (40 + i));
		s->color = i == 0 ? RED : i == 1 ? GREEN : BLUE;
		memcpy(s->name, i == 0 ? "\0\0\0\0\0\0\0" : i == 1 ? "mid\0\0\0\0" : "lettersX", 8);
		s->next = i ? &values[i - 1] : NULL;
		s->real = 1.5 * i;
		s->last = i;
		tell(s);
		fflush(stdout);
		by_pointer(s);
		by_value(*s);
	}
	return 0;
}
