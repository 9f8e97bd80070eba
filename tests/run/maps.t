# Maps: kinds, keys, aggregations, functions on maps.

NAME   count, printed at exit
NEEDS  root
SCRIPT begin { @ = count(); @ = count(); exit(); }
EXPECT @: 2

NAME   every aggregation of a known series
NEEDS  root
SCRIPT begin { for $i : 1..101 { @count = count(); @sum = sum($i); @avg = avg($i); @min = min($i); @max = max($i);
	@stats = stats($i); } }
EXPECT
	@avg: 50
	@count: 100
	@max: 100
	@min: 1
	@stats: { .count = 100, .average = 50, .total = 5050 }
	@sum: 5050

NAME   aggregations of negative numbers
NEEDS  root
SCRIPT begin { for $i : (-100)..1 { @sum = sum($i); @avg = avg($i); @min = min($i); @max = max($i); @s = stats($i); } }
EXPECT
	@avg: -50
	@max: 0
	@min: -100
	@s: { .count = 101, .average = -50, .total = -5050 }
	@sum: -5050

NAME   aggregations of unsigned numbers
NEEDS  root
SCRIPT begin { @max = max((uint64)18446744073709551615); @max = max((uint64)1); @min = min((uint64)18446744073709551615);
	@sum = sum((uint64)18446744073709551610); @sum = sum((uint64)3); }
EXPECT
	@max: 18446744073709551615
	@min: 18446744073709551615
	@sum: 18446744073709551613

NAME   aggregations with keys
NEEDS  root
RUN    $SONDE -q -e 'begin { for $i : 0..30 { @c[$i % 3] = count(); @s[$i % 2 == 0 ? "even" : "odd"] = sum($i); } }' | sort
EXPECT
	@c[0]: 10
	@c[1]: 10
	@c[2]: 10
	@s[even]: 210
	@s[odd]: 225

NAME   a histogram of powers of two
NEEDS  root
SCRIPT begin { @ = hist(-5); @ = hist(0); @ = hist(5); @ = hist(7); }
EXPECT
	@:
	(..., 0)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |
	[0]                    1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |
	[1]                    0 |                                                    |
	[2, 4)                 0 |                                                    |
	[4, 8)                 2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

NAME   a finer histogram
NEEDS  root
SCRIPT begin { @k = hist(10, 2); @k = hist(13, 2); @k = hist(17, 2); @k = hist(17, 2); }
EXPECT
	@k:
	[10, 12)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |
	[12, 14)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |
	[14, 16)               0 |                                                    |
	[16, 20)               2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

NAME   histogram labels of large numbers
NEEDS  root
SCRIPT begin { @ = hist(1023); @ = hist(1024); @ = hist(1048575); @ = hist(1048576); @ = hist(1073741824); }
LINE   [512, 1K)              1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
LINE   [1K, 2K)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
LINE   [512K, 1M)             1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
LINE   [1M, 2M)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
LINE   [1G, 2G)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

NAME   a linear histogram
NEEDS  root
SCRIPT begin { @l = lhist(-1, 0, 100, 25); @l = lhist(3, 0, 100, 25); @l = lhist(50, 0, 100, 25);
	@l = lhist(74, 0, 100, 25); @l = lhist(1000, 0, 100, 25); }
EXPECT
	@l:
	(..., 0)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |
	[0, 25)                1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |
	[25, 50)               0 |                                                    |
	[50, 75)               2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
	[75, 100)              0 |                                                    |
	[100, ...)             1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |

NAME   linear histograms with steps of one and of a kilobyte
NEEDS  root
SCRIPT begin { @a = lhist(1, 0, 3, 1); @a = lhist(2, 0, 3, 1); @b = lhist(5000, 0, 1048576, 4096); }
EXPECT
	@a:
	[1]                    1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
	[2]                    1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

	@b:
	[4K, 8K)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

NAME   histograms with keys, ordered by their totals
NEEDS  root
SCRIPT begin { @h["x", 1] = hist(4); @h["x", 1] = hist(5); @h["y", 2] = hist(1500); }
EXPECT
	@h[y, 2]:
	[1K, 2K)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

	@h[x, 1]:
	[4, 8)                 2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

NAME   delete, has_key, len
NEEDS  root
SCRIPT begin { @x[1] = 1; @x[2] = 2; @x[3] = 3; print(len(@x)); print(has_key(@x, 2)); print(delete(@x, 2));
	print(has_key(@x, 2)); print(delete(@x, 2)); print(len(@x)); delete(@x[1]); }
EXPECT
	3
	true
	true
	false
	false
	2


	@x[3]: 3

NAME   delete of a scalar map
NEEDS  root
SCRIPT begin { @x = 5; delete(@x); @y = 6; }
EXPECT @y: 6

NAME   clear and zero
NEEDS  root
SCRIPT begin { @a[1] = 5; @b[1] = 5; @c = 5; @h = hist(5); @n["x"] = count(); clear(@a); zero(@b); zero(@n); zero(@h);
	clear(@c); print("then"); }
EXPECT
	then


	@b[1]: 0
	@h:

	@n[x]: 0

NAME   maps that are declared
NEEDS  root
SCRIPT let @a = lruhash(3); let @b = hash(100); let @c = percpuhash(10); begin { for $i : 0..50 { @a[$i] = $i; }
	@b[1] = 2; @c[1] = count(); print(@c); print(@b); }
LINE   @c[1]: 1
LINE   @b[1]: 2
MATCH  ^@a\[[0-9]+\]: [0-9]+$
ERR_NOT Map full

NAME   keys of texts, tuples, booleans
NEEDS  root
SCRIPT begin { @a["x"] = 1; @a["a longer one"] = 2; @b[(1, "q"), true] = 3; $t = (5, "t"); @c[$t] = 4; print(@c[5, "t"]);
	print(@a["x"]); print(@b[(1, "q"), true]); }
EXPECT
	4
	1
	3


	@a[x]: 1
	@a[a longer one]: 2
	@b[(1, q), true]: 3
	@c[5, t]: 4

NAME   keys of different width are one key
NEEDS  root
SCRIPT begin { @x[(uint8)1] = 1; @x[(uint64)1] = 2; @x[1] = 3; print(len(@x)); print(@x[1]); clear(@x); }
EXPECT
	1
	3

NAME   compound assignment and increments of maps
NEEDS  root
SCRIPT begin { @a++; @a++; ++@a; @a--; @b["k"] += 5; @b["k"] *= 3; @b["k"] -= 1; @c = 6; @c <<= 2; @c |= 1; @c ^= 8; @d[1]++;
	@e = @a++; @f = ++@a; }
EXPECT
	@a: 4
	@b[k]: 14
	@c: 17
	@d[1]: 1
	@e: 2
	@f: 4

NAME   an aggregation read in the script
NEEDS  root
SCRIPT begin { @c = count(); @c = count(); @s[1] = sum(40); @s[1] = sum(2); $x = @c; if (@s[1] == 42) { printf("%d %d %s\n", $x, (int64)@s[1], @s[1]); }
	printf("%d\n", (int64)@c + 1); @m = max(9); @m = max(3); @a = avg(10); @a = avg(20); printf("%d %d\n", (int64)@m, (int64)@a); clear(@s); }
LINE   2 42 42
LINE   3
LINE   9 15

NAME   for over a map
NEEDS  root
SCRIPT begin { @x[1] = 10; @x[2] = 20; @x[3] = 30; $sum = 0; for ($kv : @x) { $sum += $kv.0 * $kv.1; @seen[$kv.0] = $kv.1 + 1; }
	printf("%d\n", $sum); clear(@x); }
EXPECT
	140


	@seen[1]: 11
	@seen[2]: 21
	@seen[3]: 31

NAME   for over a map with tuple keys and counts
NEEDS  root
SCRIPT begin { @x["a", 1] = count(); @x["a", 1] = count(); @x["b", 2] = count(); for $kv : @x { printf("%s %d %d\n", $kv.0.0, $kv.0.1,
	$kv.1); } clear(@x); }
LINE   a 1 2
LINE   b 2 1

NAME   break and continue in a for over a map
NEEDS  root
SCRIPT begin { for $i : 0..10 { @x[$i] = $i; } for $kv : @x { if ($kv.1 < 5) { continue; } @n++; } for $kv : @x { @m++; if (@m == 3) { break; } }
	clear(@x); }
EXPECT
	@m: 3
	@n: 5

NAME   a value of the map as key of another
NEEDS  root
SCRIPT begin { @a["x"] = (1, "y"); @b[@a["x"]] = 5; print(@b[1, "y"]); }
LINE   5

NAME   large keys and values do not meet a stack limit
NEEDS  root
SCRIPT begin { @a[str("0123456789012345678901234567890123456789"), comm, kstack(3), 1, 2, 3, 4, 5, 6] = (str("some text"), comm, 1, 2, 3, 4, 5);
	@b[str("a text")] = str("another"); print(len(@a)); clear(@a); }
EXPECT
	1


	@b[a text]: another

NAME   strings are cut at max_strlen, with a mark
NEEDS  root uprobe
ENV    SONDE_MAX_STRLEN=3
SCRIPT uprobe:{{PROGS}}/calls:outer { @x[str(arg1)] = str(arg1); }
ARGS   -c '{{PROGS}}/calls 2'
EXPECT
	@x[eve..]: eve..
	@x[odd..]: odd..

NAME   ten thousand keys
NEEDS  root
SCRIPT config = { max_map_keys = 20000 } begin { for $i : 0..10000 { @x[$i] = $i; } for $i : 0..500 { @c[$i] = count(); @c[$i] = count(); }
	print(len(@x)); print(len(@c)); clear(@x); clear(@c); }
EXPECT
	10000
	500
ERR_NOT WARNING

NAME   tseries: no call of a hundred thousand is missing from its interval
NEEDS  root
TIMEOUT 120
RUN    $SONDE -q -e 'config = { unstable_tseries=enable } tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ {
	@n = tseries(1, 1ms, 100000, "sum"); @k[args.__syscall_nr] = tseries(1, 1ms, 4000, "sum"); }' -c "$PROGS/getppids 100000" >printed;
	for map in '@n:' '@k[110]:'; do awk -v map="$map" '$0 == "" { on = 0 } on && /^[0-9]/ && $NF != "-" { n += $NF } $0 == map { on = 1 } END { print map, n }' printed; done
EXPECT
	@n: 100000
	@k[110]: 100000

NAME   tseries: last, average, smallest, largest and sum of ten thousand calls in one interval
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_lseek /args.fd == 4294967295/ { @ = tseries(args.offset, 1000000s, 1);
	@avg = tseries(args.offset, 1000000s, 1, "avg"); @max = tseries(args.offset, 1000000s, 1, "max");
	@min = tseries(args.offset, 1000000s, 1, "min"); @neg = tseries(-args.offset, 1000000s, 1, "sum");
	@sum = tseries(args.offset, 1000000s, 1, "sum"); }
ARGS   -q -c '{{PROGS}}/lseeks 1 10000'
ENV    TZ=UTC SONDE_UNSTABLE_TSERIES=enable
MATCH  ^@sum:$
MATCH  ^ {19}9999 {44}10001$
MATCH  ^[0-9:]{8}\.0{9} \|                         \*                         \| 10000$
MATCH  ^[0-9:]{8}\.0{9} \|                         \*                         \| 5000$
MATCH  ^[0-9:]{8}\.0{9} \|                         \*                         \| 1$
MATCH  ^[0-9:]{8}\.0{9} \|                         \*                         \| 50005000$
MATCH  ^[0-9:]{8}\.0{9} \|                         \*                         \| -50005000$
ERR_NOT unstable

NAME   tseries: the intervals are those of the clock
NEEDS  root kernel>=6.1
RUN    TZ=UTC $SONDE -q -e 'BEGIN { printf("%s %llu %llu\n", strftime("%H:%M", nsecs(tai)), nsecs(tai) / 60000000000, nsecs(sw_tai) / 60000000000);
	@ = tseries(nsecs(tai) / 60000000000, 1m, 5); @b = tseries(nsecs(sw_tai) / 60000000000, 60s, 5); }' 2>&1 |
	awk '/^WARNING: Script is using an unstable feature: tseries\./ { warned++ } NR < 3 && /^[0-9]/ { at = $1; a = $2; b = $3 }
	/\*/ { n++; if (substr($1, 1, 5) == at && $NF == a && a == b) same++ } END { print n, same, warned }'
EXPECT 2 2 1

NAME   tseries: print, zero, clear, delete and has_key
NEEDS  root
RUN    TZ=UTC $SONDE -q -e 'config = { unstable_tseries=enable } begin { @a = tseries(7, 1000000s, 3); @e = tseries(7, 1000000s, 3);
	@k["x"] = tseries(0, 1000000s, 3); @k["y"] = tseries(-3, 1000000s, 3); @z = tseries(0, 1000000s, 3);
	print(@a); printf("%d %d %d\n", has_key(@k, "x"), has_key(@k, "z"), delete(@k, "x")); printf("%d %d\n", has_key(@k, "x"), delete(@k, "x"));
	printf("%d\n", delete(@z)); printf("%d\n", delete(@z)); print(@z); print(@k); zero(@k); print(@k); clear(@k); print(@k); clear(@a); print(@a); zero(@e); }' |
	sed 's/^[0-9:]\{8\}[.]0\{9\} /TIME/'
EXPECT
	@a:
	                   6                                                   8
	hh:mm:ss.ns        |___________________________________________________|
	TIME|                         *                         | 7
	                   v___________________________________________________v
	                   6                                                   8

	1 0 1
	0 0
	1
	0
	@k[y]:
	                   -4                                                 -2
	hh:mm:ss.ns        |___________________________________________________|
	TIME|                         *                         | -3
	                   v___________________________________________________v
	                   -4                                                 -2

	@k[y]:
	<no data>


	@e:
	<no data>

NAME   [functions 2] len() of histograms by key counts keys, not buckets
NEEDS  root
SCRIPT begin { @h[1] = hist(3); @h[1] = hist(300); @h[2] = hist(4); @h[3] = hist(-4); @h[3] = hist(-5); print(len(@h));
	@l["a", 1] = lhist(5, 0, 1000, 1); @l["a", 1] = lhist(500, 0, 1000, 1); @l["b", 1] = lhist(5000, 0, 1000, 1); print(len(@l));
	@f[1] = hist(3, 5); @f[1] = hist(3000000, 5); print(len(@f)); delete(@h, 1); print(len(@h)); @c[1] = count(); @c[2] = count(); @n = 0; for ($kv : @c) { @n += len(@h); } print(@n); print(len(@c));
	clear(@h); clear(@l); clear(@f); clear(@c); clear(@n); }
EXPECT
	3
	2
	1
	2
	@n: 4
	2
