/* layout: prints what a compiler makes of layout.h; layout look: calls look() once with a filled struct. */
#include "layout.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define OFFSET(member) printf(#member " %zu\n", offsetof(struct layout, member))

__attribute__((noinline)) int look(const struct layout *l)
{
	__asm__ volatile("" ::"r"(l) : "memory");
	return l->both;
}

static int fill_and_look(void)
{
	struct layout l = {
		.id = 1ull << 40, .low = 100, .high = 300, .name = "fifteen letters", .first = -5, .second = 6,
		.inner = { 'c', 1234567890123 }, .when = { 7, 8 }, .pairs = { { 1, 2, 3 }, { 4, 5, 6 } },
		.kind = LAYOUT_LARGE, .nsec = 9, .tail = "tail", .flag = 1,
	};

	return look(&l) == 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "look"))
		return fill_and_look();
	printf("size %zu %zu %zu\n", sizeof(struct layout), sizeof(struct inner), sizeof(layout_pair_t));
	printf("macros %d %d\n", LAYOUT_LIMIT, LAYOUT_MASK);
	printf("enums %d %d %d %d\n", LAYOUT_SMALL, LAYOUT_LARGE, LAYOUT_BELOW, LAYOUT_ALONE);
	printf("unsigned %lu %d\n", LAYOUT_WIDE, LAYOUT_BYTE);
	OFFSET(name), OFFSET(first), OFFSET(second), OFFSET(both), OFFSET(inner), OFFSET(when), OFFSET(pairs);
	OFFSET(kind), OFFSET(call), OFFSET(nsec), OFFSET(tail), OFFSET(byte), OFFSET(wide), OFFSET(last);
	return 0;
}
