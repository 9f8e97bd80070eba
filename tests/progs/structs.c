/* Calls of functions that get structs by their addresses, for tests/run/cdefs.t. */
#include <string.h>

#include "structs.h"

__attribute__((noinline)) int take_shape(const struct shape *s, const struct shape *others, int n)
{
	__asm__ volatile("" ::"r"(s), "r"(others), "r"(n) : "memory");
	return s->id;
}

__attribute__((noinline)) int take_packet(const struct packet *p)
{
	__asm__ volatile("" ::"r"(p) : "memory");
	return p->length;
}

int main(void)
{
	static const struct shape others[2] = { { .id = 71 }, { .id = 72, .at = { 8, 9 } } };
	static const struct packet packet = { 1, 0x12345678, -3, 5, { 1, 2, 3 }, { { 100, 200 } } };
	struct shape inner = { .id = 6, .name = "inner", .kind = SQUARE };
	struct shape s = {
		.id = 5, .name = "outer", .kind = CIRCLE, .at = { 3, -4 }, .next = &inner, .is_set = true,
		.sides = { 10, 20, 30 }, .urgent = 1, .level = 5, .score = -2, .big = 1ull << 40, .low = 7,
		.grid = { { 1, 2, 3 }, { 4, 5, 6 } }, .weight = 2.5,
	};

	memcpy(s.full, "12345678", 8);
	take_shape(&s, others, 2);
	take_packet(&packet);
	return 0;
}
