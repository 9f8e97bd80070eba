/* 0 when the first n bytes of two texts are the same or both end before, else 1. Bytes behind the
 * capacity of a text count as its end. */
#include <linux/types.h>

__u64 sonde_strncmp(const unsigned char *a, __u64 a_capacity, const unsigned char *b, __u64 b_capacity,
		    __u64 n);

__u64 sonde_strncmp(const unsigned char *a, __u64 a_capacity, const unsigned char *b, __u64 b_capacity,
		    __u64 n)
{
	for (__u64 i = 0; i < n; i++) {
		unsigned char x = i < a_capacity ? a[i] : 0;
		unsigned char y = i < b_capacity ? b[i] : 0;

		if (x != y)
			return 1;
		if (!x)
			return 0;
	}
	return 0;
}
