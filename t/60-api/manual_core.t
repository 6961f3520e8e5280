# The manuals of the event core: every SYNOPSIS runs, every public method has its heading.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Cwd ();
use UETest qw(root_dir temp_dir certificate run_peer);
use UniEvent;

my $root = root_dir();
my @inc = map { ref $_ ? () : ('-I' . Cwd::abs_path($_)) } grep { -d } @INC;
my %manual = map { $_ => "$root/lib/" . (s{::}{/}gr) . '.pod' } qw(UniEvent UniEvent::Loop UniEvent::Handle UniEvent::Timer
    UniEvent::Signal UniEvent::Prepare UniEvent::Check UniEvent::Idle UniEvent::Stream UniEvent::Tcp UniEvent::Pipe
    UniEvent::Request UniEvent::Resolver UniEvent::SslContext UniEvent::Error XS::ErrorCode XS::Framework::CallbackDispatcher
    Net::SockAddr);

sub text_of { open my $in, '<', $_[0] or die "$_[0]: $!"; local $/; return scalar <$in> }

# run_peer starts foreign programs, hence without the library of a sanitizer.
my @perl = (map({ ('env', "$_=$ENV{$_}") } grep { defined $ENV{$_} } qw(LD_PRELOAD)), $^X, @inc);

my $dir = temp_dir();
certificate($dir, name => 'server');
rename "$dir/server.crt", "$dir/authority.crt" or die;
certificate($dir, name => 'server');

for my $class (sort keys %manual) {
    my $pod = text_of($manual{$class});
    my ($synopsis) = $pod =~ /^=head1 SYNOPSIS\n(.*?)^=head1/ms;
    my $script = "$dir/synopsis.pl";
    open my $out, '>', $script or die;
    print {$out} "use strict; use warnings; chdir '$dir' or die;\n# line 1 \"SYNOPSIS of $class\"\n$synopsis";
    close $out;
    my ($status, $said, $complaint) = run_peer([@perl, $script], bound => 20);
    is($status, 0, "$class: the synopsis runs") or diag $complaint;
    is($complaint, '', "$class: without warnings");
    if ($class eq 'UniEvent') { like($said, qr/^listening on 127\.0\.0\.1:\d+\n(tick\n){1,5}$/, 'what it says') }
    if ($class eq 'UniEvent::Handle') { is($said, "3\n", 'what it says') }
    if ($class eq 'UniEvent::Stream') { is($said, "you said: hello\n", 'what it says') }
}

# Where the methods of a class are described: its own manual, else its parents'.
my %also = ('XS::STL::ErrorCode' => 'XS::ErrorCode', 'XS::STL::ErrorCategory' => 'XS::ErrorCode',
    'UniEvent::Request::Connect' => 'UniEvent::Request', 'UniEvent::Resolver::Request' => 'UniEvent::Resolver',
    map { ("Net::SockAddr::$_" => 'Net::SockAddr') } qw(Inet4 Inet6 Unix));
my %internal = map { $_ => 1 } qw(import unimport bootstrap BEGIN CLONE CLONE_SKIP DESTROY TYPE begin to_string equal shares
    dl_load_flags UV default_backend);

for my $class (sort keys %manual, keys %also) {
    my $pod = text_of($manual{$class} // $manual{ $also{$class} });
    my %described;
    for my $heading ($pod =~ /^=head[12] (.*)/mg) { $described{$_} = 1 for $heading =~ /(\w+)(?=,|\z|\s*$)/g }
    no strict 'refs';
    my %constant = map { $_ => 1 } @{"${class}::CONSTANTS"};
    my @missing = grep { !$described{$_} } grep { !$internal{$_} && !$constant{$_} && !/^_|^\(/ && ($class !~ /Error$/ || !/_category$|^category$/) }
        grep { defined &{"${class}::$_"} && !ref ${"${class}::"}{$_} } sort keys %{"${class}::"};
    # Constants made of errors are listed, not headed.
    @missing = grep { $pod !~ /\b\Q$_\E\b/ } @missing if $class eq 'UniEvent::Error';
    is("@missing", '', "$class: every method has a heading");
}

done_testing;
