# print() of values and maps.

NAME   values of every kind
NEEDS  root
SCRIPT begin { print(5); print(-5); print(true); print("text"); print((1, "a", (2, 3))); print((1,));
	print(18446744073709551615); print((int8)-1); print(comm); }
EXPECT
	5
	-5
	true
	text
	(1, a, (2, 3))
	(1)
	18446744073709551615
	-1
	sonde

NAME   a whole map, the last entries, and divided
NEEDS  root
SCRIPT begin { @["a"] = (uint64)5; @["b"] = (uint64)30; @["c"] = (uint64)17; print(@); print(@, 2);
	print(@, 2, 5); clear(@); }
EXPECT
	@[a]: 5
	@[c]: 17
	@[b]: 30
	@[c]: 17
	@[b]: 30
	@[c]: 3
	@[b]: 6

NAME   an element, and one that is not there
NEEDS  root
SCRIPT begin { @x["a"] = 5; print(@x["a"]); print(@x["b"]); clear(@x); }
EXPECT
	5
	0

NAME   an empty scalar map prints its zero value, an empty keyed one nothing
NEEDS  root
SCRIPT begin { print(@a); print(@b); print(@c); print(5); } end { if (0) { @a = 5; @b["x"] = 5; @c = "x"; } }
EXPECT
	@a: 0
	@c: 
	5

NAME   everything that maps hold is printed at the end, by name
NEEDS  root
SCRIPT begin { @z = 1; @a = "text"; @m[1, "x"] = (2, (3, "y")); @t[(1, (2, "z"))] = true; @ = 7; @neg = -3; }
EXPECT
	@: 7
	@a: text
	@m[1, x]: (2, (3, y))
	@neg: -3
	@t[1, (2, z)]: true
	@z: 1

NAME   ordinary maps are sorted by value
NEEDS  root
SCRIPT begin { @["a"] = 3; @["b"] = -1; @["c"] = 2; @["d"] = 1000000; }
EXPECT
	@[b]: -1
	@[c]: 2
	@[a]: 3
	@[d]: 1000000

NAME   maps with values that are no numbers are sorted by key
NEEDS  root
SCRIPT begin { @n[3] = "c"; @n[-1] = "z"; @n[20] = "a"; @s["b"] = "1"; @s["a"] = "2"; }
EXPECT
	@n[-1]: z
	@n[3]: c
	@n[20]: a
	@s[a]: 2
	@s[b]: 1

NAME   no maps at the end when the script says so
NEEDS  root
SCRIPT config = { print_maps_on_exit = false } begin { @x = 1; print("only this"); }
EXPECT only this

NAME   the order of events is the order in the script
NEEDS  root
SCRIPT begin { for $i : 0..50 { printf("%d ", $i); } }
MATCH  ^0 1 2 3 4 5 6 7 8 9 10 11 .* 48 49 $

NAME   join
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_execve { join(args.argv); join(args.argv, "|"); }
ARGS   -c '/bin/echo one two three'
LINE   /bin/echo one two three
LINE   /bin/echo|one|two|three

NAME   time and strftime
NEEDS  root
RUN    d=$(date -u +%F); TZ=UTC $SONDE -q -e 'begin { time("%Y-%m-%d\n"); printf("%s\n", strftime("%Y-%m-%d", nsecs)); printf("[%s]\n", strftime("100%%", nsecs)); }' | sed "s/$d/today/"
EXPECT
	today
	today
	[100%]

NAME   results go to a file
NEEDS  root
RUN    $SONDE -o {{TMP}}/result -e 'begin { printf("hello\n"); @x = 5; }'; echo "left: $?"; cat {{TMP}}/result
EXPECT
	left: 0
	hello


	@x: 5
ERR    ^Attached 1 probe$

NAME   a file that cannot be written
NEEDS  root once
ARGS   -o /nonexistent/x
SCRIPT begin { print(1); }
STATUS 1
ERR    Failed to open output file: "/nonexistent/x": No such file or directory

NAME   a full disk is an error, not silence
NEEDS  root
RUN    $SONDE -e 'begin { printf("hello\n"); }' > /dev/full
STATUS any
ERR    No space left on device

NAME   flushing of every line
NEEDS  root
RUN    ($SONDE -q -B line -e 'begin { printf("now\n"); } interval:s:30 { exit(); }' & echo $! >{{TMP}}/pid; wait) |
	(read -r line; echo "got $line"; kill $(cat {{TMP}}/pid))
EXPECT got now

NAME   elements of stats
NEEDS  root
SCRIPT begin { @s["a"] = stats(5); @s["a"] = stats(-20); @s["a"] = stats(3); print(@s["a"]); print(@s["b"]); clear(@s); }
EXPECT
	{ .count = 3, .average = -4, .total = -12 }
	{ .count = 0, .average = 0, .total = 0 }

NAME   [output 2] [types 1.2] structs of the kernel are printed member by member
NEEDS  root btf
SCRIPT begin { $x = ((int64)5, (int64)-7); $p = (struct timespec64 *)&$x; print(*$p); print((*$p, 1)); print((t=*$p)); printf("[%s][%-9s][%12s]\n", *$p, *$p, *$p); $q = *$p; print($q.tv_sec); @m[*$p] = $q;
	for ($kv : @m) { print($kv.0.tv_nsec); print($kv.1.tv_sec); } $l = ((uint64)1, (uint64)0); print(*(struct list_head *)&$l); print(sizeof((1, $q))); }
EXPECT
	{ .tv_sec = 5, .tv_nsec = -7 }
	({ .tv_sec = 5, .tv_nsec = -7 }, 1)
	{ .t = { .tv_sec = 5, .tv_nsec = -7 } }
	[{ .tv_sec = 5, .tv_nsec = -7 }][{        .tv_sec = 5, .tv_nsec = -7 }][          { .tv_sec = 5, .tv_nsec = -7 }]
	5
	-7
	5
	{ .next = 0x1, .prev = 0x0 }
	17


	@m[{ .tv_sec = 5, .tv_nsec = -7 }]: { .tv_sec = 5, .tv_nsec = -7 }

NAME   [output 2] [types 1.2] bit-fields of the kernel
NEEDS  root btf
SCRIPT begin { $x = ((uint8)0x45, (uint8)1, (uint16)2, (uint16)3, (uint16)4, (uint8)64, (uint8)17, (uint16)9, (uint32)16777343, (uint32)5); $p = (struct iphdr *)&$x; print(*$p); print($p->ihl); print($p->version); print(($p->ihl, $p->version)); }
MATCH  ^\{ \.ihl = 5, \.version = 4, \.tos = 1, \.tot_len = 2, \.id = 3, \.frag_off = 4, \.ttl = 64, \.protocol = 17, \.check = 9, .*\.saddr = 16777343, \.daddr = 5
LINE   5
LINE   4
LINE   (5, 4)

NAME   [output 2] [functions 1.1] constants of enums are printed by name
NEEDS  root btf
SCRIPT begin { $e = BPF_MAP_TYPE_ARRAY; print($e); printf("[%s][%d][%x][%20s][%-20s]\n", $e, $e, $e, $e, BPF_MAP_TYPE_HASH); print((enum bpf_map_type)1); $n = (uint64)1000000; print((enum bpf_map_type)$n); print(($e, 1)); print((kind=$e)); @e[$e] = BPF_MAP_TYPE_HASH; print($e == 2); print($e + 1);
	@by[BPF_MAP_TYPE_ARRAY] = "second"; @by[BPF_MAP_TYPE_UNSPEC] = "zeroth"; @by[BPF_MAP_TYPE_HASH] = "first"; @v["a"] = BPF_MAP_TYPE_ARRAY; @v["b"] = BPF_MAP_TYPE_HASH; print(@v, 5, 2); clear(@v); }
EXPECT
	BPF_MAP_TYPE_ARRAY
	[BPF_MAP_TYPE_ARRAY][2][2][  BPF_MAP_TYPE_ARRAY][BPF_MAP_TYPE_HASH   ]
	BPF_MAP_TYPE_HASH
	1000000
	(BPF_MAP_TYPE_ARRAY, 1)
	{ .kind = BPF_MAP_TYPE_ARRAY }
	true
	3
	@v[b]: BPF_MAP_TYPE_HASH
	@v[a]: BPF_MAP_TYPE_ARRAY


	@by[BPF_MAP_TYPE_UNSPEC]: zeroth
	@by[BPF_MAP_TYPE_HASH]: first
	@by[BPF_MAP_TYPE_ARRAY]: second
	@e[BPF_MAP_TYPE_ARRAY]: BPF_MAP_TYPE_HASH

NAME   [output 3.1] the divisor of print reaches the numbers inside tuples, records, structs and arrays
NEEDS  root btf
SCRIPT begin { $x = ((int64)50, (int64)-7); @m[1] = *(struct timespec64 *)&$x; @t[1] = ($x.0, ($x.1, true)); @r[1] = (a=$x.0, b="x", c=(d=9)); @a[1] = (int8[2])(int16)2560; print(@m, 5, 3); print(@t, 5, 3); print(@r, 5, 3); print(@a, 5, 5); clear(@m); clear(@t); clear(@r); clear(@a); }
EXPECT
	@m[1]: { .tv_sec = 16, .tv_nsec = -2 }
	@t[1]: (16, (-2, true))
	@r[1]: { .a = 16, .b = x, .c = { .d = 3 } }
	@a[1]: [0,2]

NAME   [output 2] [types 1.2] structs of the script: texts, bit-fields, enums, unions, arrays
NEEDS  root
SCRIPT enum kind { IDLE, BUSY = 5, GONE = -1 }
	struct bits { signed int a:3; unsigned b:5; long c:40; unsigned long d:20; enum kind e:3; _Bool f:1; unsigned char g:3; }
	struct in { char name[4]; int n; }
	struct all { struct in list[2]; char text[5]; char c; _Bool is; float f; union { short s; unsigned char b[2]; } u; struct { int inner; }; enum kind kind; void *p; int none[0]; }
	struct nothing { }
	begin { $b = ((uint8)0xfd, (uint8)0xff, (uint16)0xffff, (uint32)0xff, (uint64)0xffffffffffd00001); print(*(struct bits *)&$b);
	$t = ((uint32)0x64636261, (int32)1, (uint32)0x00004241, (int32)-2, (uint32)0x34333231, (uint8)0x35, (uint8)65, (uint8)1, (uint32)0, (uint16)0x0201, (int32)7, (int32)-1, (uint64)255); $p = (struct all *)&$t; print(*$p); $x = *$p; @m[1] = $x;
	print($p->list); print($x.list[0].name); print($x.text); print($p->u.b); print(($p->list[1], $x.u)); printf("%s %s %d\n", $p->kind, $x.list, $x.kind); clear(@m); }
EXPECT
	{ .a = -3, .b = 31, .c = 4294967295, .d = 1, .e = BUSY, .f = 1, .g = 7 }
	{ .list = [{ .name = abcd, .n = 1 },{ .name = AB, .n = -2 }], .text = 12345, .c = 65, .is = 1, .f = null, .u = { .s = 513, .b = [1,2] }, .inner = 7, .kind = GONE, .p = 0xff, .none = [] }
	[{ .name = abcd, .n = 1 },{ .name = AB, .n = -2 }]
	abcd
	12345
	[1,2]
	({ .name = AB, .n = -2 }, { .s = 513, .b = [1,2] })
	GONE [{ .name = abcd, .n = 1 },{ .name = AB, .n = -2 }] -1

NAME   [types 1.2] texts in structs, and arrays of them, have as many characters as C says
NEEDS  root
SCRIPT struct o { char two[2][3]; char tail[2]; } begin { $t = (uint64)0x7a78006443626161; $p = (struct o *)&$t; $x = *$p; $i = (uint64)1; print(*$p); print($p->two[$i]); print($x.two); print($x.tail); print($p->tail); @m = $p->tail; print(sizeof($p->tail)); print($x.tail[1]); print($p->tail == "xz"); print($x.tail == "x"); clear(@m); }
EXPECT
	{ .two = [aab..,Cd], .tail = xz }
	Cd
	[aab..,Cd]
	xz
	xz
	3
	122
	true
	false

NAME   [types 1.2] a struct without members, of the script and of the kernel
NEEDS  root btf
SCRIPT struct none {};
	begin { $n = (struct none *)0; $e = *$n; print(($e, *$n, 1)); print(sizeof(*$n)); @e = *$n; print(@e); print(*(struct lock_class_key *)0); clear(@e); }
ARGS   -q
EXPECT ({}, {}, 1)
	0
	@e: {}
	{}
