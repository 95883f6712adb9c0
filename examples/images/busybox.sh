#!/bin/sh
# Makes the test image localhost/busybox:1 as an OCI archive from Debian's busybox-static. Needs no root and no registry.
# usage: examples/images/busybox.sh OUT.tar
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 OUT.tar" >&2
    exit 2
fi
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

is_static() {
    [ -x "$1" ] && ! grep -q -a '/lib.*/ld-linux' "$1"
}

busybox=
for each in /bin/busybox /usr/bin/busybox; do
    if [ -z "$busybox" ] && is_static "$each"; then
        busybox=$each
    fi
done
if [ -z "$busybox" ]; then
    echo "busybox.sh: fetching Debian's busybox-static" >&2
    (cd "$work" && apt-get download busybox-static >&2) || {
        echo "busybox.sh: there is no static busybox. Install the package busybox-static." >&2
        exit 3
    }
    mkdir "$work/deb"
    dpkg-deb -x "$work"/busybox-static_*.deb "$work/deb"
    busybox=$(find "$work/deb" -type f -name busybox | head -n 1)
fi

case $(uname -m) in
    x86_64) arch=amd64 ;;
    aarch64) arch=arm64 ;;
    *) arch=$(uname -m) ;;
esac

root=$work/root
mkdir -p "$root/bin" "$root/etc" "$root/home" "$root/proc" "$root/root" "$root/sys" "$root/dev" "$root/tmp" \
    "$root/usr/bin" "$root/var/www/cgi-bin"
chmod 1777 "$root/tmp"
cp "$busybox" "$root/bin/busybox"
chmod 755 "$root/bin/busybox"
for applet in $("$busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"
echo 'nobody:x:65534:65534:nobody:/:/bin/sh' >> "$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' > "$root/etc/group"

sha() {
    sha256sum "$1" | cut -d ' ' -f 1
}
size() {
    wc -c < "$1" | tr -d ' '
}
pack() {
    tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar -C "$1" -cf "$2" .
}

layout=$work/layout
blobs=$layout/blobs/sha256
mkdir -p "$blobs"
pack "$root" "$work/layer"
layer=$(sha "$work/layer")
mv "$work/layer" "$blobs/$layer"

cat > "$work/config" <<JSON
{"architecture":"$arch","os":"linux","config":{"Env":["PATH=/bin:/usr/bin"],"Cmd":["sh"],"WorkingDir":"/"},"rootfs":{"type":"layers","diff_ids":["sha256:$layer"]},"history":[{"created_by":"busybox.sh"}]}
JSON
config=$(sha "$work/config")
config_size=$(size "$work/config")
mv "$work/config" "$blobs/$config"

cat > "$work/manifest" <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:$config","size":$config_size},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:$layer","size":$(size "$blobs/$layer")}]}
JSON
manifest=$(sha "$work/manifest")
manifest_size=$(size "$work/manifest")
mv "$work/manifest" "$blobs/$manifest"

echo '{"imageLayoutVersion":"1.0.0"}' > "$layout/oci-layout"
cat > "$layout/index.json" <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:$manifest","size":$manifest_size,"annotations":{"io.containerd.image.name":"localhost/busybox:1"},"platform":{"architecture":"$arch","os":"linux"}}]}
JSON
pack "$layout" "$work/out.tar"
mv "$work/out.tar" "$out"
echo "localhost/busybox:1 is in $out" >&2
