# Scripts that are far from good: each gives a clear error and exit status 1, none a crash. More of them, one complaint
# each, are in tests/golden/err.

NAME   an empty file
NEEDS  root once
RUN    : >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
LINE   No probes to attach

NAME   nothing but space and comments
NEEDS  root once
RUN    printf ' \n\t// only this\n/* and this */\n' >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
LINE   No probes to attach

NAME   a comment that never ends
NEEDS  root
RUN    printf 'begin { print(1); } /* and so on' >{{TMP}}/x.bt; $SONDE -q {{TMP}}/x.bt
EXPECT 1

NAME   a directory
NEEDS  root once
RUN    $SONDE /
STATUS 1
ERR    ERROR: failed to open file '/': Is a directory

NAME   a binary file
NEEDS  root once
RUN    $SONDE /bin/true
STATUS 1
ERR    ^/bin/true:1(:[0-9-]+)?: ERROR: syntax: 

NAME   bytes of every value
NEEDS  root once
RUN    for i in $(seq 0 255); do printf "\\x$(printf %x $i)"; done >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    ERROR: syntax: 

NAME   zeros
NEEDS  root once
RUN    head -c 100000 /dev/zero >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    ERROR: syntax: 

NAME   a line of a megabyte, with an error at its end
NEEDS  root once
RUN    { printf 'begin { '; yes '$x = 1; ' | head -n 125000 | tr -d '\n'; printf 'nosuch(); }'; } >{{TMP}}/x.bt; wc -c <{{TMP}}/x.bt >&2;
	$SONDE {{TMP}}/x.bt 2>{{TMP}}/said; s=$?; [ $(wc -c <{{TMP}}/said) -lt 10000 ] && echo short; grep -o 'ERROR: Unknown function.*' {{TMP}}/said; exit $s
STATUS 1
EXPECT
	short
	ERROR: Unknown function: 'nosuch'

NAME   ten thousand parentheses
NEEDS  root once
RUN    { printf 'begin { print('; yes '(' | head -n 10000 | tr -d '\n'; printf 1; yes ')' | head -n 10000 | tr -d '\n'; printf '); }'; } >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    ERROR: .*nest

NAME   ten thousand parentheses, none closed
NEEDS  root once
RUN    { printf 'begin { print('; yes '(' | head -n 10000 | tr -d '\n'; } >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    ERROR: 

NAME   ten thousand blocks
NEEDS  root once
RUN    { printf 'begin '; yes '{' | head -n 10000 | tr -d '\n'; yes '}' | head -n 10000 | tr -d '\n'; } >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    ERROR: .*nest

NAME   ten thousand signs in front of a number
NEEDS  root once
RUN    { printf 'begin { print('; yes '!' | head -n 10000 | tr -d '\n'; printf '1); }'; } >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    ERROR: .*nest

NAME   ten thousand elses
NEEDS  root once
RUN    { printf 'begin { if (1) { } '; yes 'else if (1) { } ' | head -n 10000 | tr -d '\n'; printf '}'; } >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    ERROR: .*nest

NAME   ten thousand operators in a row
NEEDS  root once
TIMEOUT 100
RUN    { printf 'begin { print(0'; yes ' + pid' | head -n 10000 | tr -d '\n'; printf '); nosuch(); }'; } >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    ERROR: 

NAME   a name of a hundred thousand letters
NEEDS  root once
RUN    n=$(head -c 100000 /dev/zero | tr '\0' x); echo "begin { print($n); }" >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    ERROR: Unknown identifier

NAME   a text of a megabyte
NEEDS  root once
RUN    { printf 'begin { $x = "'; head -c 1000000 /dev/zero | tr '\0' x; printf '"; }'; } >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    ERROR: String is too long

NAME   a probe of a hundred thousand letters
NEEDS  root once
RUN    n=$(head -c 100000 /dev/zero | tr '\0' x); echo "tracepoint:$n:$n { }" >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    ERROR: No matches for tracepoint

NAME   a thousand probes that do not exist
NEEDS  root real
RUN    for i in $(seq 1000); do echo "tracepoint:nosuch:event$i { }"; done >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    No matches for tracepoint nosuch:event1000\.

NAME   a thousand errors
NEEDS  root once
RUN    { echo 'begin {'; for i in $(seq 1000); do echo "nosuch$i();"; done; echo '}'; } >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
STATUS 1
ERR    Unknown function: 'nosuch1000'

NAME   keywords and signs in any order
NEEDS  root once
RUN    for s in 'if else for' '/ / { }' 'begin / { }' 'begin { @[ }' 'begin { $$x }' '@@' 'config = {' 'config = { a }' 'let @' 'let @a = ' 'begin { "' 'begin { (1,' 'begin { for ($i : 0..) { } }' \
		'begin { unroll }' 'begin { let $x : ; }' ': : :' 'begin { @x[1]] = 2; }' 'begin { 1 ? 2; }' 'begin { (uint8) }' 'begin { sizeof() }' 'tracepoint: { }' '"' '\' 'begin { \ }' "begin { print('a'); }" '#' '#!'; do
		$SONDE -e "$s" >{{TMP}}/said 2>&1; s=$?; [ $s = 1 ] && grep -qE 'ERROR|No probes' {{TMP}}/said || echo "$s: $(cat {{TMP}}/said)"; done; echo done
EXPECT done

NAME   attach points of every bad kind
NEEDS  root
RUN    for s in 'begin:' 'BEGIN:x' 'interval:' 'interval:s' 'interval:s:' 'interval:s:-1' 'interval:s:1:1' 'interval:hz:99999999999999999999' 'profile:0' 'tracepoint:' 'tracepoint::' 'tracepoint:a:b:c' \
		'uprobe:' 'uprobe:/bin/true' 'uprobe:/bin/true:' 'uprobe:/etc/passwd:main' 'uprobe:/bin/true:f+' 'uprobe:/bin/true:f+x' 'uprobe:/bin/true:f+1+2' 'kprobe:' 'kprobe:f+' 'kprobe:a:b:c' \
		'software:' 'software:faults:x' 'software:faults:-1' 'rawtracepoint:' 'rawtracepoint:nosuch' '*:' ':' '::' '"unclosed' 'tracepoint:"a' '$1' 'tracepoint:$x:y' 'nosuch:*'; do
		$SONDE -e "$s { }" >{{TMP}}/said 2>&1; r=$?; [ $r = 1 ] && grep -qE 'ERROR|No probes' {{TMP}}/said || echo "$s gives $r: $(cat {{TMP}}/said)"; done; echo done
EXPECT done
