NAME   a text of 4,000 bytes: printed, compared, kept, as a key, in a tuple
NEEDS  root
ENV    SONDE_MAX_STRLEN=4096
RUN    x=$(printf '0123456789%.0s' $(seq 400)); cat >{{TMP}}/x.bt <<'BT'
	begin {
		$x = str($1);
		printf("%s|%d\n", $x, 7);
		@m[$x] = 1; @v = $x; @w[1] = $x; @t[1] = ($x, 2, $x); @k[$x, 3] = count();
		printf("%d %d %d %d %d\n", $x == @w[1], $x == str($1), $x == @v, $x != @v, $x == "0123456789");
		$t = @t[1];
		printf("%s,%d,%s\n", $t.0, $t.1, $t.2);
		printf("%d %d\n", @m[$x], has_key(@m, "no"));
		for ($kv : @k) { printf("%s %d %d\n", $kv.0.0, $kv.0.1, $kv.1); }
		delete(@m, $x);
		printf("%d\n", len(@m));
		clear(@m); clear(@t); clear(@k); clear(@v); clear(@w);
	}
	BT
	printf '%s|7\n1 1 1 0 0\n%s,2,%s\n1 0\n%s 3 1\n0\n' "$x" "$x" "$x" "$x" >{{TMP}}/want
	$SONDE -q {{TMP}}/x.bt "$x" | grep . | cmp - {{TMP}}/want && echo same
EXPECT same

NAME   texts of 4,000 bytes that differ at the end only
NEEDS  root
ENV    SONDE_MAX_STRLEN=4096
RUN    x=$(printf '0123456789%.0s' $(seq 400)); $SONDE -q -e 'begin { $x = str($1); $y = str($2);
	printf("%d %d %d\n", $x == $y, $x != $y, $x == str($3)); @[$x] = 1; @[$y] = 2; printf("%d\n", len(@)); clear(@); }' "${x}a" "${x}b" "${x}a"
EXPECT 0 1 1
	2

NAME   four texts of 4,000 bytes in one line
NEEDS  root
ENV    SONDE_MAX_STRLEN=4096
RUN    x=$(printf '%04d' $(seq 1000)); y=${x//0/x}; printf '%s-%s-%s-%s.\n' "$x" "$y" "$x" "$y" >{{TMP}}/want
	$SONDE -q -e 'begin { printf("%s-%s-%s-%s.\n", str($1), str($2), str($1), str($2)); }' "$x" "$y" | grep . | cmp - {{TMP}}/want && echo same
EXPECT same

NAME   a tuple of 12 members with texts
NEEDS  root
RUN    $SONDE -q -e 'begin { $t = (str($1), 1, str($2), (uint8)2, "abcdefghijkl", str($1), 7, str($2), "x", (int16)-3, nsecs > 0, str($1));
	print($t); @k[$t] = 5; @v[1] = $t; $u = @v[1]; @s = $t;
	printf("%s %d %d %s %d %d\n", $u.2, $u.3, $u.9, $u.11, $u == $t, @s == $u); printf("%d %d\n", @k[$u], len(@k));
	clear(@k); clear(@v); clear(@s); }' first second
EXPECT (first, 1, second, 2, abcdefghijkl, first, 7, second, x, -3, true, first)
	second 2 -3 first 1 1
	5 1

NAME   64 variables of 128 bytes in one probe
NEEDS  root
RUN    s=$(for i in $(seq 64); do echo "let \$v$i : string[128]; \$v$i = str(\$1); @n += \$v$i == \"word\";"; done)
	f=$(printf '%%s %.0s' $(seq 64)); v=$(printf ', $v%d' $(seq 64))
	$SONDE -q -e "begin { $s printf(\"$f\\n\", ${v#, }); }" word | grep . | sed 's/word /w/g'
EXPECT wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
	@n: 64

NAME   90 sums with calls in them: right, and made in one attempt
NEEDS  root
RUN    s=$(for i in $(seq 90); do echo "\$v = \$v * $i + (uint64)tid / $i;"; done)
	$SONDE --dry-run -d codegen -e "begin { \$v = (uint64)pid; $s print(\$v); }" 2>&1 | grep -c '^define.*@begin_1('
	set -- $($SONDE -q -e "begin { \$v = (uint64)pid; $s printf(\"%d %d %ld\n\", pid, tid, \$v); }")
	v=$1; for i in $(seq 90); do v=$((v * i + $2 / i)); done
	[ "$3" = $v ] && echo same
EXPECT 1
	same

NAME   64 variables of 128 bytes in loops inside each other
NEEDS  root
RUN    s=$(for i in $(seq 64); do echo "let \$v$i : string[128]; \$v$i = \"start $i\";"; done)
	u=$(for i in $(seq 64); do echo "if (\$i * 2 + \$j == 3) { \$v$i = \"end $i\"; } @seen[\$v$i, \$i] = count();"; done)
	$SONDE -q -e "begin { $s for (\$i : 0..2) { for (\$j : 0..2) { $u } } printf(\"%s %s %s %d\\n\", \$v1, \$v33, \$v64, len(@seen)); clear(@seen); }"
EXPECT end 1 end 33 end 64 192

NAME   64 numbers in seven loops inside each other
NEEDS  root
RUN    d=$(printf '$v%d = %d; ' $(for i in $(seq 64); do echo $i $i; done)); u=$(printf '$v%d += 1; ' $(seq 64)); t=$(printf '+ $v%d ' $(seq 64))
	l=$(printf 'for ($i%d : 0..2) { ' $(seq 7)); e=$(printf '} %.0s' $(seq 7)); $SONDE -q -e "begin { \$n = 0; $d $l $u $e \$n = 0 $t; print(\$n); }"
EXPECT 10272

NAME   a buffer of 4,000 bytes
NEEDS  root
ENV    SONDE_MAX_STRLEN=4096
RUN    x=$(printf '0123456789%.0s' $(seq 400)); printf '%s\n' "$x" >{{TMP}}/want
	$SONDE -q -e 'begin { @b[1] = buf(str($1), 4000); printf("%r\n", @b[1]); clear(@b); }' "$x" | grep . | cmp - {{TMP}}/want && echo same
EXPECT same

NAME   a literal of 1,000 bytes
NEEDS  root
RUN    x=$(printf '0123456789%.0s' $(seq 100)); printf '%s\n1 0\n' "$x" >{{TMP}}/want
	$SONDE -q -e "begin { \$x = \"$x\"; @y = \$x; printf(\"%s\\n\", @y); printf(\"%d %d\\n\", @y == \"$x\", @y == \"${x}a\"); clear(@y); }" |
	grep . | cmp - {{TMP}}/want && echo same
EXPECT same

NAME   an event larger than the ring that was asked for
NEEDS  root
SCRIPT config = { perf_rb_pages = 16 } begin { let $x : string[200000]; $x = "abc"; printf("%s %s\n", $x, $x); }
STATUS 255
ERR    ERROR: This sends 400000 bytes at once: more than the ring buffer of 65536 bytes holds
ERR_NOT verifier|LLVM|stack

NAME   a ring of its own choice holds the largest event
NEEDS  root
SCRIPT begin { let $x : string[900000]; $x = "abc"; printf("%s %s\n", $x, $x); printf("%s %s\n", $x, $x); }
EXPECT abc abc
	abc abc

NAME   an element larger than the kernel keeps
NEEDS  root
SCRIPT begin { let $x : string[6000000]; $x = "abc"; @x[$x] = 1; }
STATUS 255
ERR    ERROR: A key of @x is 6000000 bytes and a value 1: more than the kernel keeps in an element

NAME   more entries than the kernel has memory for [checks 15]
NEEDS  root
SCRIPT config = { max_strlen = 1000000 } let @a = lruhash(1000000); begin { @a[1] = str(kptr(0)); }
STATUS 255
ERR    ^stdin:1:35-60: ERROR: Unable to create map @a with 1000000 entries: Cannot allocate memory$
ERR    ^HINT: give it fewer entries: let @name = hash\(N\);

NAME   more entries than the kernel keeps at all [checks 15]
NEEDS  root
SCRIPT config = { max_map_keys = 4294967295 } begin { @a[1] = count(); }
STATUS 255
ERR    ERROR: Unable to create map @a with 4294967295 entries: more than the kernel keeps$
ERR_NOT an element

NAME   more maps in a probe than the kernel takes
NEEDS  root
RUN    s=$(for i in $(seq 70); do echo "@m$i[1] = $i;"; done); $SONDE -q -e "begin { $s }"
STATUS 255
ERR    ERROR: This probe uses 71 maps, some of them sonde's own: the kernel takes 64 in a program
ERR_NOT verifier|LLVM

NAME   a while loop that the kernel cannot follow to its end
NEEDS  root
SCRIPT begin { $i = 0; $n = pid; while ($i < $n) { $i++; } print($i); }
ARGS   --no-warnings
STATUS 255
ERR    ERROR: This probe is too much for the kernel: it follows every way through a program
ERR_NOT verifier|LLVM

NAME   a while loop that the kernel cannot follow, with the kernel's log
NEEDS  root
SCRIPT begin { $i = 0; $n = pid; while ($i < $n) { $i++; } print($i); }
ARGS   -v --no-warnings
STATUS 255
ERR    ERROR: This probe is too much for the kernel: it follows every way through a program
ERR    ^Kernel error log: 
ERR    ^WARNING: Kernel log seems to be trimmed\.

NAME   texts of a million bytes are too much to compare
NEEDS  root
TIMEOUT 180
SCRIPT begin { let $x : string[1000000]; $x = "abc"; $y = $x; if ($x == $y) { print(1); } }
STATUS 255
ERR    ERROR: This probe is too much for the kernel: it follows every way through a program
ERR_NOT verifier|LLVM

NAME   [checks 15] a while loop whose end the kernel cannot see
NEEDS  root
SCRIPT begin { while (pid > 1) { @ = count(); } }
STATUS 255
ERR    ^stdin:1:9-41: ERROR: The kernel cannot see that this while loop ends$
ERR    ^HINT: count with `for \(\$i : 0\.\.N\) \{ \.\.\. \}`, and leave it with break$

NAME   [checks 15] several while loops: each is named
NEEDS  root
SCRIPT begin { $i = 0; while ($i < 3) { $i++; }
	while (pid > 1) { @ = count(); } }
STATUS 255
ERR    ^stdin:1:17-41: ERROR: The kernel cannot see that one of the while loops of this probe ends$
ERR    ^stdin:2:1-33: ERROR: or this loop$

NAME   variables of more memory than a probe has
NEEDS  root
SCRIPT begin { let $x : int8[60000000]; let $y : int8[8000000]; $i = nsecs % 100; print(($x[$i], $y[$i])); }
STATUS 1
ERR    ^stdin:1:1-6: ERROR: This probe needs more than 64 MiB of memory for its variables and values$
ERR_NOT verifier|LLVM

NAME   a tuple of 14,000 numbers; one of 33,000 is refused, soon and at the right place
NEEDS  root real
TIMEOUT 50
RUN    (echo -n 'begin { $x = nsecs; $t = ('; seq -s, 14000 | tr -d '\n'; echo '); print(($t.0, $t.13999, sizeof($t))); }') >{{TMP}}/t.bt; $SONDE -q {{TMP}}/t.bt | grep .
	(echo -n 'begin { $x = nsecs; $t = ('; seq -s, 33000 | tr -d '\n'; echo '); print($t.32999); }') >{{TMP}}/t.bt; $SONDE {{TMP}}/t.bt 2>&1 | head -1 | sed 's/.*bt://'
EXPECT (1, 14000, 27874)
	1:21-186921: ERROR: This statement becomes more code than a BPF program can jump over. Split it into several statements.

NAME   a record of 2,000 numbers is copied to a map and back
NEEDS  root real
RUN    (echo -n 'begin { $r = ('; for i in {1..1999}; do echo -n "f$i = $i, "; done; echo 'f0 = 0); @[1] = $r; $s = @[1]; print(($r.f1999, @[1].f1000, $s.f1998, sizeof($r))); clear(@); }') >{{TMP}}/r.bt
	$SONDE -q {{TMP}}/r.bt
LINE   (1999, 1000, 1998, 3874)
