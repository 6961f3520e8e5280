package UniEvent::WebSocket::Tool::Chat;
# The chat of uews serve --chat and of eg/chat.pl: its page, and what the server does. Internal.
use 5.016;
use strict;
use warnings;
use JSON::PP ();

our $VERSION = '2.0.0';

my $page = do { local $/; <DATA> };
close DATA;

# The page as bytes.
sub page { return $page }

my $json = JSON::PP->new->utf8->canonical;

# Plain requests get the page. What this leaves alone and is an upgrade becomes a connection.
sub answer {
    my ($request) = @_;
    return if lc($request->header('Upgrade') // '') eq 'websocket';
    return $request->respond({code => 404, body => "not here\n"}) if $request->uri->path ne '/';
    return $request->respond({code => 200, body => $page, headers => {
        'Content-Type' => 'text/html; charset=utf-8',
        'Content-Security-Policy' => "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
            . "connect-src 'self'; img-src data:; base-uri 'none'",
    }});
}

# Makes a chat of a server: its page over HTTP, what people say over WebSocket.
sub attach {
    my ($server) = @_;
    my %name;    # by connection id
    my $tell_all = sub {
        my ($server, $what) = @_;
        my $text = $json->encode({%$what, people => scalar keys %name});
        $server->foreach_connection(sub { $_[0]->send_text($text) });
    };
    $server->http->request_callback(\&answer);
    $server->connection_callback(sub {
        my ($server, $connection) = @_;
        $connection->configure({check_utf8 => 1, max_message_size => 8192});
        $name{$connection->id} = 'guest ' . $connection->id;
        $connection->send_text($json->encode({you => $connection->id}));
        $tell_all->($server, {joined => $name{$connection->id}});
        $connection->message_callback(sub {
            my ($connection, $message) = @_;
            my $said = eval { $json->decode($message->payload // '') };
            return $connection->close(UniEvent::WebSocket::CLOSE_INVALID_DATA(), 'not JSON') if ref $said ne 'HASH';
            my ($name, $text) = map { ref || !defined ? '' : substr $_, 0, 2000 } @$said{qw(name text)};
            $name{$connection->id} = substr $name, 0, 40 if $name =~ /\S/;
            $tell_all->($server, {id => $connection->id, from => $name{$connection->id}, text => $text}) if $text =~ /\S/;
        });
    });
    $server->disconnection_callback(sub {
        my ($server, $connection) = @_;
        my $gone = delete $name{$connection->id};
        $tell_all->($server, {left => $gone}) if defined $gone;
    });
    return;
}

1;

__DATA__
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chat</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; --ink: #1d2733; --paper: #f4f6f8; --card: #fff; --quiet: #68778a; --mine: #dcebff; --accent: #2463c4 }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e4e9ef; --paper: #12171d; --card: #1c232c; --quiet: #8e9bab; --mine: #1d3960; --accent: #6ea3f2 }
  }
  * { box-sizing: border-box }
  body { margin: 0; height: 100vh; display: flex; flex-direction: column; font: 16px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
  header, form { display: flex; gap: .6rem; align-items: center; padding: .7rem max(1rem, calc(50vw - 21rem)); background: var(--card) }
  header { border-bottom: 1px solid #8883 } form { border-top: 1px solid #8883 }
  h1 { font-size: 1.1rem; margin: 0; flex: 1 }
  #state { color: var(--quiet); font-size: .9rem } #state.on::before { content: "● "; color: #2ba55d } #state.off::before { content: "● "; color: #d0443e }
  ol { flex: 1; overflow-y: auto; list-style: none; margin: 0; padding: 1rem max(1rem, calc(50vw - 21rem)) }
  li { margin: 0 0 .5rem; padding: .45rem .75rem; border-radius: .7rem; background: var(--card); width: fit-content; max-width: 85%; overflow-wrap: anywhere; white-space: pre-wrap }
  li b { display: block; font-size: .8rem; color: var(--accent) }
  li.mine { margin-left: auto; background: var(--mine) }
  li.note { background: none; color: var(--quiet); font-size: .85rem; margin-inline: auto; padding: 0 }
  input, button { font: inherit; color: inherit; padding: .5rem .75rem; border: 1px solid #8885; border-radius: .6rem; background: var(--paper); min-width: 0 }
  #name { width: 8rem } #text { flex: 1 } button { background: var(--accent); border-color: var(--accent); color: var(--card); cursor: pointer }
</style>
<header><h1>Chat</h1><span id="state" class="off">connecting</span></header>
<ol id="log" aria-live="polite"></ol>
<form id="form" autocomplete="off">
  <input id="name" placeholder="your name" maxlength="40" aria-label="your name">
  <input id="text" placeholder="write something" maxlength="2000" aria-label="message" autofocus>
  <button>Send</button>
</form>
<script>
  const $ = id => document.getElementById(id);
  let socket, me, wait = 500;

  // Text is only ever set as text: nothing anybody writes becomes part of the page's markup.
  function show(kind, text, name) {
    const line = document.createElement('li');
    line.className = kind;
    if (name) line.appendChild(document.createElement('b')).textContent = name;
    line.appendChild(document.createTextNode(text));
    $('log').appendChild(line);
    while ($('log').children.length > 500) $('log').firstChild.remove();
    line.scrollIntoView({block: 'end'});
  }

  function connect() {
    socket = new WebSocket(location.href.replace(/^http/, 'ws').replace(/#.*/, ''));
    socket.onopen = () => { wait = 500; $('state').className = 'on'; };
    socket.onmessage = event => {
      const said = JSON.parse(event.data);
      if (said.you) { me = said.you; return; }
      $('state').textContent = said.people + (said.people === 1 ? ' person here' : ' people here');
      if (said.joined) show('note', said.joined + ' came in');
      if (said.left) show('note', said.left + ' left');
      if (said.text) show(said.id === me ? 'mine' : 'other', said.text, said.from);
    };
    socket.onclose = event => {
      $('state').className = 'off';
      $('state').textContent = 'no connection (' + event.code + '), trying again';
      setTimeout(connect, wait = Math.min(wait * 2, 15000));
    };
  }

  $('form').onsubmit = event => {
    event.preventDefault();
    const text = $('text').value.trim();
    if (!text || socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({name: $('name').value.trim(), text}));
    $('text').value = '';
  };
  connect();
</script>
