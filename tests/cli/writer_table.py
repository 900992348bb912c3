#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a luma matte must satisfy so that editors take it as frame-exact: each row of the design's table, judged by ffprobe, ffmpeg and the bytes.

usage: writer_table.py WRITE_MATTES [--speed] [ROW...]
"""
import array, json, os, resource, shutil, statistics, struct, subprocess, sys, tempfile, time

WRITE = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else sys.exit(__doc__)
PRORES = {'prores-422-proxy': 'apco', 'prores-422-lt': 'apcs', 'prores-422': 'apcn', 'prores-422-hq': 'apch', 'prores-4444': 'ap4h'}
ROWS = []


def row(function):
    ROWS.append(function)
    return function


def run(*command):
    return subprocess.run([str(c) for c in command], check=True, stdout=subprocess.PIPE).stdout


def write(path, *arguments):
    run(WRITE, '-w', '-o', path, *arguments)
    return path


def probe(path, *arguments):
    return json.loads(run('ffprobe', '-v', 'error', '-of', 'json', '-show_streams', '-show_format', *arguments, path))


def video(path, *arguments):
    return next(s for s in probe(path, *arguments)['streams'] if s['codec_type'] == 'video')


def tmcd(path):
    return next(s for s in probe(path)['streams'] if s.get('codec_tag_string') == 'tmcd')


def decode(path, pixel_format, n=1):
    """Code values as the decoder gives them: a format of the same kind, so that nothing is scaled."""
    assert video(path)['pix_fmt'] in pixel_format.split(), video(path)['pix_fmt']
    return array.array('H', run('ffmpeg', '-v', 'error', '-i', path, '-frames:v', n, '-f', 'rawvideo', '-'))


def atoms(data, start=0, end=None, path=''):
    """Every atom with its path, inside the containers that matter here."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack('>I', data[start:start + 4])[0], data[start + 4:start + 8].decode('latin-1')
        header = 8
        if size == 1:
            size, header = struct.unpack('>Q', data[start + 8:start + 16])[0], 16
        if size < header:
            return
        name = f'{path}/{kind}'
        yield name, data[start + header:start + size]
        if kind in ('moov', 'trak', 'mdia', 'minf', 'stbl', 'gmhd', 'edts', 'tref'):
            yield from atoms(data, start + header, start + size, name)
        start += size


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def sample_entry(path, kind):
    for name, body in atoms(read(path)):
        if name.endswith('/stsd') and body[12:16] == kind:
            return body[8:]
    raise AssertionError(f'no sample entry {kind}')


def frame_header(path):
    """The ProRes frame header, from its size field on (SMPTE RDD 36, 5.1)."""
    data = read(path)
    at = data.index(b'icpf')
    return data[at + 4:at + 4 + 148]


def equal(a, b, what):
    assert a == b, f'{what}: {a!r}, should be {b!r}'


@row
def profile():
    for codec, tag in PRORES.items():
        path = write('p.mov', '-c', codec, '-n', 2)
        stream = video(path)
        equal(stream['codec_tag_string'], tag, codec)
        equal(stream['pix_fmt'], 'yuv444p12le' if codec == 'prores-4444' else 'yuv422p10le', codec)   # FFmpeg decodes 4444 to 12 bits
        equal(frame_header(path)[12] >> 6, 3 if codec == 'prores-4444' else 2, 'chroma format in the header')
    path = write('p.mkv', '-c', 'ffv1', '-n', 2)
    equal((video(path)['codec_name'], video(path)['pix_fmt']), ('ffv1', 'gray16le'), 'ffv1')
    equal(video(write('p.mkv', '-c', 'ffv1', '-n', 2, '-k', 3))['pix_fmt'], 'gbrp16le', 'ffv1 in colour')
    equal(video(write('p.mkv', '-c', 'ffv1', '-n', 2, '-k', 4))['pix_fmt'], 'gbrap16le', 'ffv1 with alpha')


@row
def greys_in_codes_out():
    """Video range, white at 940: 0 and 1 exactly, other greys to the nearest code; chroma neutral."""
    greys = [0, 1, 0.5, 0.25, 0.1, 0.9, 1 / 876, 875 / 876]
    for grey in greys:
        ten = 64 + round(round(65535 * grey) * 876 / 65535)
        for codec in PRORES:
            path = write('g.mov', '-c', codec, '-n', 1, '-s', '64x48', '-p', grey)
            codes = decode(path, 'yuv422p10le yuv444p12le')
            luma, chroma = set(codes[:64 * 48]), set(codes[64 * 48:])
            scale = 4 if codec == 'prores-4444' else 1
            off = max(abs(c - ten * scale) for c in luma)
            limit = 0 if grey in (0, 1) or codec in ('prores-422', 'prores-422-hq') else 2 * scale
            assert off <= limit, f'{codec}: grey {grey} gave {sorted(luma)}, should be {ten * scale}'
            equal(chroma, {512 * scale}, f'{codec}: chroma')
        equal(set(decode(write('g.mkv', '-c', 'ffv1', '-n', 1, '-s', '64x48', '-p', grey), 'gray16le')), {round(65535 * grey)}, 'ffv1')
        write('g.png', '-c', 'png', '-n', 1, '-s', '64x48', '-p', grey)
        codes = decode('g.png', 'gray16be')
        codes.byteswap()
        equal(set(codes), {round(65535 * grey)}, 'png')
        # A viewer of 8 bits sees 16 to 235.
        path = write('g.mov', '-n', 1, '-s', '64x48', '-p', grey)
        eight = run('ffmpeg', '-v', 'error', '-i', path, '-vf', 'zscale=dither=none,format=yuv422p', '-f', 'rawvideo', '-')
        assert all(abs(c - (16 + 219 * grey)) <= 0.6 for c in set(eight[:64 * 48])), f'8 bits: {set(eight[:64 * 48])}'


@row
def histogram():
    """Flat parts are exactly black and white; edges are off by 4 codes at most in the default profile."""
    limits = {'prores-422-hq': 4, 'prores-4444': 4, 'prores-422': 8, 'prores-422-lt': 16, 'prores-422-proxy': 90}
    for codec, limit in limits.items():
        arguments = ('-s', '960x540', '-n', 1)
        path = write('h.mov', '-c', codec, *arguments)
        codes, n = decode(path, 'yuv422p10le yuv444p12le'), 960 * 540
        scale = 4 if codec == 'prores-4444' else 1
        truth = array.array('H', run(WRITE, '-x', *arguments))[:n]
        worst = max(abs(a - b / scale) for a, b in zip(truth, codes))
        print(f'    {codec:17} worst edge {worst:5.1f} codes, {os.path.getsize(path):7} bytes a frame')
        assert worst <= limit, f'{codec}: off by {worst} codes, allowed {limit}'
        border = codes[:960 * 16] + codes[n - 960 * 16:n]
        equal(set(border), {64 * scale}, f'{codec}: black')
        middle = codes[960 * 270 + 470:960 * 270 + 490]
        equal(set(middle), {940 * scale}, f'{codec}: white')


@row
def colour_tags():
    """In the stream, the colr atom and the frame header alike. Codes of the same meaning are written as ProRes knows them."""
    cases = {(1, 1, 1): (1, 1, 1), (9, 16, 9): (9, 16, 9), (9, 18, 9): (9, 18, 9), (6, 6, 6): (6, 1, 6), (5, 6, 5): (6, 1, 5), (9, 14, 9): (9, 1, 9),
             (1, 1, 12): (1, 1, 12), (0, 1, 1): (1, 1, 1)}
    for (matrix, transfer, primaries), (m, t, p) in cases.items():
        for kind in (0, 3):
            path = write('c.mov', '-n', 2, '-m', f'{matrix},{transfer},{primaries},1', '-k', kind)
            colr = next(body for _, body in atoms(sample_entry(path, b'apch')[86:]) if body[:4] == b'nclc')
            equal(struct.unpack('>HHH', colr[4:10]), (p, t, m), 'colr')
            equal(tuple(frame_header(path)[14:17]), (p, t, m), 'frame header')
            stream = video(path)
            names = {1: 'bt709', 5: 'bt470bg', 6: 'smpte170m', 9: 'bt2020', 12: 'smpte432', 16: 'smpte2084', 18: 'arib-std-b67'}
            equal(stream['color_primaries'], names[p], 'primaries')
            equal(stream['color_transfer'], names[t], 'transfer')
            equal(stream['color_space'], 'bt2020nc' if m == 9 else names[m], 'matrix')
            equal(stream['color_range'], 'tv', 'range')
    # A curve that ProRes has no code for stays in the atom.
    path = write('c.mov', '-n', 2, '-m', '1,13,1,1')
    equal(struct.unpack('>HHH', next(b for _, b in atoms(sample_entry(path, b'apch')[86:]) if b[:4] == b'nclc')[4:10]), (1, 13, 1), 'colr')
    equal(tuple(frame_header(path)[14:17]), (1, 2, 1), 'frame header')


@row
def timecode():
    cases = [('24000/1001', '01:00:00:00', 24, 86400, False), ('30000/1001', '01:00:00;00', 30, 107892, True), ('30000/1001', '00:59:59:29', 30, 107999, False),
             ('30000/1001', '00:01:00;02', 30, 1800, True), ('60000/1001', '01:00:00;00', 60, 215784, True), ('60000/1001', '00:00:10:59', 60, 659, False),
             ('25/1', '10:11:12:13', 25, 916813, False), ('24/1', '23:59:59:23', 24, 2073599, False), ('50/1', '00:00:00:49', 50, 49, False),
             ('48000/1001', '00:00:01:00', 48, 48, False), ('120000/1001', '00:01:00;008', 120, 7200, True)]
    for rate, start, base, first, drop in cases:
        path = write('t.mov', '-n', 3, '-r', rate, '-t', start)
        stream, picture = tmcd(path), video(path)
        equal(stream['tags']['timecode'], start, rate)
        equal(picture['r_frame_rate'], rate, 'rate')
        equal(picture['avg_frame_rate'], rate, 'rate')
        entry = sample_entry(path, b'tmcd')
        flags, scale, duration, n_frames = struct.unpack('>IIIB', entry[20:33])
        equal((bool(flags & 1), n_frames), (drop, base), 'flags and base')
        num, den = map(int, rate.split('/'))
        equal(scale * den, num * duration, 'tmcd rate')
        # The track's only sample is the number of the first frame.
        data = read(path)
        offset = [struct.unpack('>I', body[8:12])[0] for name, body in atoms(data) if name.endswith('/stco')][1]
        equal(struct.unpack('>I', data[offset:offset + 4])[0], first, 'frame number')
    assert not [s for s in probe(write('t.mov', '-n', 2))['streams'] if s.get('codec_tag_string') == 'tmcd'], 'a timecode that nobody gave'
    path = write('t.mkv', '-c', 'ffv1', '-n', 2, '-r', '30000/1001', '-t', '01:00:00;00', '-R', 'A007')
    tags = {k.lower(): v for k, v in video(path)['tags'].items()}
    equal((tags['timecode'], tags['reel_name'], video(path)['avg_frame_rate']), ('01:00:00;00', 'A007', '30000/1001'), 'matroska')


@row
def reel_name():
    path = write('r.mov', '-n', 2, '-t', '01:00:00:00', '-R', 'A001C002_é')
    equal(tmcd(path)['tags']['reel_name'], 'A001C002_é', 'reel')
    entry, name = sample_entry(path, b'tmcd'), 'A001C002_é'.encode()
    at = entry.index(b'name')
    equal(entry[at + 8:at + 8 + len(name)], name, 'name atom')


@row
def frame_count():
    for n in (1, 2, 51, 130):
        for codec, path in (('prores-422-hq', 'n.mov'), ('ffv1', 'n.mkv')):
            for unknown in ((), ('-u',))[:1 + (n == 51)]:
                write(path, '-c', codec, '-s', '64x48', '-n', n, '-r', '30000/1001', *unknown)
                stream = video(path, '-count_frames', '-count_packets')
                equal((int(stream['nb_read_frames']), int(stream['nb_read_packets'])), (n, n), codec)
                if codec != 'ffv1':
                    equal(int(stream['nb_frames']), n, codec)
                    equal(stream['duration_ts'] * 30000, n * 1001 * int(stream['time_base'].split('/')[1]), 'duration')
                times = run('ffprobe', '-v', 'error', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path).split()
                assert all(abs(float(t.strip(b',')) - i * 1001 / 30000) < 0.0006 for i, t in enumerate(times)), 'times'
    write('n.%03d.png', '-c', 'png', '-s', '64x48', '-n', 12, '-N', 995)
    equal(sorted(f for f in os.listdir('.') if f.startswith('n.') and f.endswith('.png')), sorted(f'n.{i:03}.png' for i in range(995, 1007)), 'numbers')


@row
def odd_sizes():
    for width, height in ((1919, 1079), (17, 9), (3, 3), (1, 1), (2, 1), (1, 35), (1918, 3), (1, 400)):
        for codec, path in (('prores-422-hq', 'o.mov'), ('prores-4444', 'o.mov'), ('ffv1', 'o.mkv'), ('png', 'o.png'), ('exr', 'o.exr')):
            for kind in (0, 3, 4) if width in (17, 1) else (0,):
                write(path, '-c', codec, '-s', f'{width}x{height}', '-n', 1, '-k', kind, '-p', 1)
                stream = video(path, '-count_frames')
                equal((stream['width'], stream['height'], stream['nb_read_frames']), (width, height, '1'), f'{codec} {width}x{height}')
        if width * height > 9:
            luma = decode(write('o.mov', '-s', f'{width}x{height}', '-n', 1, '-p', 1), 'yuv422p10le')[:width * height]
            equal(set(luma), {940}, 'white to the last column')


@row
def field_order():
    for letter, name, mode, fiel in (('p', 'progressive', 0, (1, 0)), ('t', 'tt', 1, (2, 1)), ('b', 'bb', 2, (2, 6))):
        for kind in (0, 3):
            path = write('f.mov', '-n', 2, '-f', letter, '-k', kind, '-s', '320x242')
            equal(video(path)['field_order'], name, 'ffprobe')
            equal(frame_header(path)[12] >> 2 & 3, mode, 'interlace mode in the header')
            body = next(b for n, b in atoms(sample_entry(path, b'apch')[86:]) if n == '/fiel')
            equal(body[0], fiel[0], 'fiel')


@row
def vendor():
    for codec in PRORES:
        for kind in (0, 3):
            equal(frame_header(write('v.mov', '-c', codec, '-n', 1, '-k', kind))[4:8], b'apl0', codec)
    equal(frame_header(write('v.mov', '-s', '321x241', '-n', 1, '-k', 3))[4:8], b'apl0', 'odd width')


@row
def provenance():
    metadata = {'holdout.object': 'rider', 'holdout.source_hash': '0123456789abcdef', 'holdout.first_frame': '12', 'holdout.recipe': '{"engine":"embedded","é":1}'}
    arguments = [a for k, v in metadata.items() for a in ('-M', f'{k}={v}')]
    for codec, path in (('prores-422-hq', 'm.mov'), ('ffv1', 'm.mkv')):
        tags = {k.lower(): v for k, v in probe(write(path, '-c', codec, '-n', 2, '-C', 'ride', *arguments))['format']['tags'].items()}
        for key, value in metadata.items():
            equal(tags.get(key), value, f'{codec}: {key}')
        equal(tags.get('title'), 'ride', 'clip name')
    header = read(write('m.exr', '-c', 'exr', '-n', 1, *arguments))[:2000]
    assert b'holdout.object\0string\0\5\0\0\0rider' in header, 'exr attribute'


@row
def pixel_aspect():
    for codec, path in (('prores-422-hq', 'a.mov'), ('ffv1', 'a.mkv'), ('exr', 'a.exr'), ('png', 'a.png')):
        write(path, '-c', codec, '-n', 1, '-a', '16/15')
        found = video(path).get('sample_aspect_ratio')
        assert found == '16:15' or (codec == 'exr' and abs(eval(found.replace(':', '/')) - 16 / 15) < 1e-5), f'{codec}: {found}'


@row
def faststart():
    for arguments in ((), ('-u',)):
        names = [name for name, _ in atoms(read(write('s.mov', '-n', 40, '-t', '01:00:00:00', *arguments)))]
        assert names.index('/moov') < names.index('/mdat'), 'the index comes last'


@row
def alpha():
    """Alpha is kept, and straight where the format wants it: at half coverage the colour is not darkened."""
    path = write('x.mov', '-c', 'prores-4444', '-k', 4, '-n', 1, '-s', '64x48', '-p', 0.5)
    codes, n = decode(path, 'yuva444p12le'), 64 * 48
    assert all(abs(c - 2047.5) <= 4 for c in codes[3 * n:]), f'alpha {set(codes[3 * n:])}'
    path = write('x.png', '-c', 'png', '-k', 4, '-n', 1, '-s', '64x48', '-p', 0.5)
    codes = decode('x.png', 'rgba64be')
    codes.byteswap()
    equal((codes[4 * 63 + 2], codes[3]), (32768, 32768), 'png: straight blue and alpha')
    path = write('x.mkv', '-c', 'ffv1', '-k', 4, '-n', 1, '-s', '64x48', '-p', 0.5)
    codes = decode(path, 'gbrap16le')
    equal((codes[n + 5], codes[3 * n + 5]), (32768, 32768), 'ffv1: straight blue and alpha')
    write('x.exr', '-c', 'exr-float', '-k', 4, '-n', 1, '-s', '64x48', '-p', 0.5)
    values = array.array('f', run('ffmpeg', '-v', 'error', '-i', 'x.exr', '-f', 'rawvideo', '-'))
    equal(video('x.exr')['pix_fmt'], 'gbrapf32le', 'exr')
    assert abs(values[n + 5] - 0.5 * 0.214041) < 1e-5 and values[3 * n + 5] == 0.5, 'exr: blue is light, multiplied by alpha'


@row
def exr_values_and_header():
    for codec, tolerance in (('exr', 2 ** -11), ('exr-float', 2 ** -23)):
        write('e.exr', '-c', codec, '-n', 2, '-s', '131x37', '-p', 'ramp', '-r', '30000/1001', '-t', '01:02:03;04', '-R', 'A001', '-N', 7)
        values = array.array('f', run('ffmpeg', '-v', 'error', '-i', 'e.0008.exr', '-f', 'rawvideo', '-'))
        for y in (0, 16, 36):
            for x in range(131):
                want = round(65535 * x / 130) / 65535
                assert abs(values[y * 131 + x] - want) <= tolerance * max(want, 2 ** -14) + 1e-8, f'{codec}: {values[y * 131 + x]} at {x}, should be {want}'
        header = read('e.0008.exr')[:1500]
        at = header.index(b'timeCode\0timecode\0') + 22
        equal(struct.unpack('<I', header[at:at + 4])[0], 0x01020345, 'time code of the second frame, drop-frame flag set')   # 05 | 0x40
        at = header.index(b'framesPerSecond\0rational\0') + 29
        equal(struct.unpack('<iI', header[at:at + 8]), (30000, 1001), 'frames a second')
        assert b'reelName\0string\0\4\0\0\0A001' in header, 'reel'


@row
def audio_is_copied():
    sources = [('pcm_s24le', 's.mov', '48000'), ('aac', 's.mp4', '44100'), ('pcm_s16le', 's.mkv', '48000')]
    for codec, source, rate in sources:
        run('ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=2', '-f', 'lavfi', '-i', f'sine=440:r={rate}:d=2', '-f', 'lavfi', '-i',
            f'sine=550:r={rate}:d=1.5', '-map', '0', '-map', '1', '-map', '2', '-c:v', 'mpeg4', '-c:a', codec, source)
        path = write('s_out.mov', '-s', '64x48', '-n', 50, '-A', source, '-t', '01:00:00:00')
        hashes = [run('ffmpeg', '-v', 'error', '-i', f, '-map', '0:a', '-c', 'copy', '-f', 'streamhash', '-hash', 'md5', '-') for f in (source, path)]
        equal(hashes[1], hashes[0], f'{codec}: packets')
        starts = [[s['start_time'] for s in probe(f)['streams'] if s['codec_type'] == 'audio'] for f in (source, path)]
        assert all(abs(float(a) - float(b)) < 0.0011 for a, b in zip(*starts)) and len(starts[0]) == len(starts[1]) == 2, f'{codec}: starts {starts}'
        equal(video(path, '-count_frames')['nb_read_frames'], '50', 'frames')
        names = [name for name, _ in atoms(read(path))]
        assert names.index('/moov') < names.index('/mdat'), 'the index comes last'
    failed = subprocess.run([WRITE, '-w', '-o', 'no.mov', '-A', 'missing.mov'], stderr=subprocess.PIPE)
    assert failed.returncode == 3 and b'missing.mov' in failed.stderr and not os.path.exists('no.mov'), failed


@row
def disk_full():
    """A file system that is full: the sentence names file and frame, and nothing is left there."""
    os.makedirs('small', exist_ok=True)
    mount = 'mount -t tmpfs -o size=200k tmpfs small || exit 78; "$0" -o small/f.%s -c %s -n 40; echo "exit $?"; ls -A small'
    for codec, extension in (('prores-422-hq', 'mov'), ('ffv1', 'mkv'), ('png', 'png'), ('exr', 'exr')):
        done = subprocess.run(['unshare', '-rm', 'sh', '-c', mount % (extension, codec), WRITE], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode:
            print('    skipped: no small file system can be mounted here')
            return
        equal(done.stdout, b'exit 4\n', codec)
        assert b'at frame ' in done.stderr and b'small/f' in done.stderr and b'No space left' in done.stderr, done.stderr


@row
def file_limit():
    """Files that may not grow further, which needs no mount: the same."""
    os.makedirs('limited', exist_ok=True)
    for codec, name, limit in (('prores-422-hq', 'f.mov', 100000), ('ffv1', 'f.mkv', 30000), ('png', 'f.png', 400), ('exr', 'f.exr', 400)):
        done = subprocess.run([WRITE, '-o', f'limited/{name}', '-c', codec, '-n', '40'], stderr=subprocess.PIPE,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        equal(done.returncode, 4, codec)
        assert b'at frame ' in done.stderr and b'limited/f' in done.stderr and b'File too large' in done.stderr, done.stderr
        equal(os.listdir('limited'), [], codec)


def psnr(path, raw, size):
    text = subprocess.run(['ffmpeg', '-i', path, '-f', 'rawvideo', '-pix_fmt', 'yuv422p10le', '-s', size, '-r', '25', '-i', raw, '-lavfi', 'psnr', '-f', 'null', '-'],
                          stderr=subprocess.PIPE, check=True).stderr.decode()
    return float(text.split('PSNR y:')[1].split()[0])


@row
def encoder():
    """prores_aw and prores_ks side by side, as ffmpeg runs them, and what the writer made: its quality must be the best of them at HQ."""
    size, n = '1920x1080', 6
    with open('raw.yuv', 'wb') as file:
        file.write(run(WRITE, '-x', '-s', size, '-n', n))
    scores = {}
    for name, options in (('prores_aw', []), ('prores_ks', []), ('prores_ks fixed', ['-qscale:v', 1])):
        start = time.monotonic()
        run('ffmpeg', '-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'yuv422p10le', '-s', size, '-r', 25, '-i', 'raw.yuv', '-threads', 2, '-c:v', name.split()[0],
            '-profile:v', 3, *options, 'e.mov')
        scores[name] = (time.monotonic() - start, psnr('e.mov', 'raw.yuv', size), os.path.getsize('e.mov') // n)
    seconds = float(run(WRITE, '-w', '-v', '-o', 'e.mov', '-s', size, '-n', n, '-T', 2))
    scores['the writer'] = (seconds, psnr('e.mov', 'raw.yuv', size), os.path.getsize('e.mov') // n)
    for name, (seconds, quality, size) in scores.items():
        print(f'    {name:16} {seconds:6.2f} s, PSNR {quality:5.1f} dB, {size:7} bytes a frame')
    assert scores['the writer'][1] >= max(s[1] for s in scores.values()) - 0.1, 'another encoder is better'


def speed(rounds=5, n=60):
    """The writer against ffmpeg on the same frames, encoder, profile and threads, in turn; medians."""
    size = '1920x1080'
    with open('raw.yuv', 'wb') as file:
        file.write(run(WRITE, '-x', '-s', size, '-n', n))
    ours, theirs = [], []
    for _ in range(rounds):
        start = time.monotonic()
        run('ffmpeg', '-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'yuv422p10le', '-s', size, '-r', 25, '-i', 'raw.yuv', '-threads', 2, '-c:v', 'prores_ks',
            '-profile:v', 3, '-qscale:v', 1, '-vendor', 'apl0', 'f.mov')
        theirs.append(time.monotonic() - start)
        ours.append(float(run(WRITE, '-w', '-v', '-o', 'w.mov', '-s', size, '-n', n, '-T', 2)))
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    print(f'{n} mattes of {size}, ProRes 422 HQ, 2 threads: writer {n / ours:.1f} frames/s, ffmpeg {n / theirs:.1f} frames/s, ratio {theirs / ours:.2f} (goal 0.90)')


def main():
    if not shutil.which('ffmpeg') or not shutil.which('ffprobe'):
        print('skipped: no ffmpeg and ffprobe here')
        return 77
    wanted = [a for a in sys.argv[2:] if not a.startswith('-')]
    failed = 0
    with tempfile.TemporaryDirectory(prefix='holdout-writer-') as folder:
        os.chdir(folder)
        if '--speed' in sys.argv:
            speed()
            return 0
        for test in ROWS:
            if wanted and test.__name__ not in wanted:
                continue
            try:
                test()
                print(f'ok    {test.__name__}')
            except (AssertionError, subprocess.CalledProcessError, KeyError, StopIteration, ValueError) as error:
                failed += 1
                print(f'FAIL  {test.__name__}: {error!r}')
        os.chdir('/')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
