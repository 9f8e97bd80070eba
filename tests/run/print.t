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
NEEDS  root
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
