# UniEvent::WebSocket::Errors explains every message that the distribution can die with or report, and none that does not exist.
# The messages are looked for in the sources: what is thrown and croaked, and the tables of error texts.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Tree;

my $string = qr/"((?:[^"\\]|\\.)*)"/;
my %message;    # text without its variable parts => file and line

sub found {
    my ($file, $text, $at, @pieces) = @_;
    my $line = 1 + (substr($text, 0, $at) =~ tr/\n//);
    my $message = join ' ... ', grep { length } map { trimmed(s/\\n//gr =~ s/\\(.)/$1/gr) } @pieces;
    $message{$message} //= "$file:$line" if $message =~ /[a-z]{3}/ && $message !~ /\A->/;
}

# Without the punctuation that leads to a value, or away from one.
sub trimmed {
    my ($text) = @_;
    $text =~ s/(?:,? got)?[,: ]*'?%?\z// if ($text =~ tr/'//) % 2;
    return $text =~ s/(?:,? got)?[,: %]*\z//r =~ s/\A[.: ]+|\A'\s*(?=[^']*\z)//gr;
}

# "(aTHX_ {method, "name"}, "text", value)": its arguments.
sub arguments_of {
    my ($call) = @_;
    my @out = ('');
    my $depth = 0;
    for my $token ($call =~ /("(?:[^"\\]|\\.)*"|.)/gs) {
        ++$depth if $token =~ /\A[({\[]\z/;
        if ($token eq ',' && $depth == 1) { push @out, '' }
        else                              { $out[-1] .= $token }
        --$depth if $token =~ /\A[)}\]]\z/;
    }
    return @out;
}

for my $file (grep { m{\A(?:src|xs)/.*\.(?:cc|h|xsi|xs)\z} } UETest::Tree::files()) {
    my $text = UETest::Tree::text($file);
    (my $code = $text) =~ s{(//[^\n"]*)$}{' ' x length $1}gme;
    # throw Misuse(... "text" + value + "text"), Failure the same, refuse(aTHX_ argument, "text", value)
    while ($code =~ /\b(?:(?:throw\s+)?(?:Misuse|Failure)|refuse)\s*(\((?:[^()"]|"(?:[^"\\]|\\.)*"|(?1))*\))/g) {
        my ($at, $call) = ($-[0], $1);
        $call =~ s/(?:shown|got|got_byte_of|std::to_string|what)(\((?:[^()"]|"(?:[^"\\]|\\.)*"|(?1))*\))/VALUE/g;
        my @arguments = arguments_of($call);
        my $what = substr($code, $at, 6) eq 'refuse' ? $arguments[1] // next : $call;
        found($file, $code, $at, $_ =~ /$string/g) for $what =~ /\?/ ? split(/ : /, $what) : $what;
    }
    # a text that is made of pieces and then refused; what an address that cannot be is refused with
    found($file, $code, $-[0], $1) while $code =~ /\bmade_sockaddr\([^;]*?$string \+ got/g;
    found($file, $code, $-[0], $1) while $code =~ /newSVpvf\("(expected [^"%]*) %s"/g;
    # from.wrong("key", "what was expected", ...)
    found($file, $code, $-[0], "expected $1") while $code =~ /\bwrong\(\s*(?:"[^"]*"|key),\s*$string/g;
    # {"name", "text"} of the tables of codes; texts of the categories that are arrays or switches
    if ($file =~ m{/errors\.cc\z}) {
        my ($rows) = $code =~ /kCloseNone/ ? split(/\bkCloseNone\b/, $code) : $code;
        found($file, $rows, $-[0], $2) while $rows =~ /\{$string,\s*$string\}/g;
        found($file, $rows, $-[0], $1) while $rows =~ /(?:^|return)\s+$string[,;}]/gm;
    }
    found($file, $code, $-[0], $1) while $file =~ /ssl_context\.cc\z/ && $code =~ /\bfail\([^;]*?$string\)/g;
}
for my $file (grep { m{\Alib/.*\.pm\z} && !m{/Tool[/.]} } UETest::Tree::files()) {
    my $text = UETest::Tree::text($file);
    while ($text =~ /(?:\bcroak\(|\b_refuse\(|\bdie (?:UniEvent::Error->new\()?)\s*(?:'([^']*)'|"([^"]*)")/g) {
        found($file, $text, $-[0], split /'?\$\{?\w+\}?'?/, $1 // $2);
    }
}
cmp_ok scalar(keys %message), '>', 150, scalar(keys %message) . ' messages were found';

# In the manual: lines of their own, also two in a line, and behind them a paragraph about cause and cure.
my (%explained, @waiting);
for (split /\n/, UETest::Tree::text('lib/UniEvent/WebSocket/Errors.pod')) {
    if (/\A    (\S.*)/) { push @waiting, my @messages = split / {3,}/, $1; @explained{@messages} = (0) x @messages }
    elsif (/\A=/) { @waiting = () }
    elsif (/\S/) { $explained{$_} = 1 for @waiting; @waiting = () }
}

is join("\n", map { "$message{$_}: $_" } grep { !exists $explained{$_} } sort keys %message), '', 'every message is explained';
is join("\n", grep { !exists $message{$_} } sort keys %explained), '', 'every explained message exists';
is join("\n", grep { !$explained{$_} } sort keys %explained), '', 'with cause and cure';
done_testing;
