#!/usr/bin/python3
"""Writes tests/golden/image_kinds.json: small image files as cameras, scanners and drawing programs
leave them, and what Pillow reads from them: turned as EXIF says, composed on a background.

    /usr/bin/python3 tests/golden/image_kinds.py     # needs python3-pil; Pillow 9.4.0 was used

Images that come out of a lossy decoder may differ by `tolerance`.
"""

import io
import json
import pathlib
import struct
import zlib

import numpy
from PIL import Image, ImageFile, ImageOps

from images import HEIGHT, WIDTH, colours, pixels

RGB = Image.fromarray(colours())
GREY = RGB.convert("L")


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def with_chunk(png, name, data):
    """A PNG with one more chunk behind its header."""
    chunk = name + data
    chunk = struct.pack(">I", len(data)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return png[:33] + chunk + png[33:]


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data.tobytes()


def transparent(hidden):
    """A third opaque, a third half, a third not at all, with any colours there."""
    values = numpy.dstack([colours(), numpy.full((HEIGHT, WIDTH), 255)]).astype(numpy.uint8)
    values[:, 5:9, 3] = 100
    values[:, 9:, 3] = 0
    values[:, 9:, :3] = hidden
    return Image.fromarray(values)


def ycck(cmyk):
    """A JPEG of four components whose Adobe marker says that they are YCCK."""
    place = cmyk.index(b"Adobe")
    return cmyk[:place + 11] + b"\x02" + cmyk[place + 12:]


def with_adobe(jpeg):
    """Pillow writes none for CMYK."""
    if b"Adobe" in jpeg:
        return jpeg
    return jpeg[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00" + jpeg[2:]


def files():
    """Name, bytes, how far off a value may be."""
    jpeg = {"quality": 95, "subsampling": 0}
    for orientation in range(1, 9):
        yield f"turned{orientation}.jpg", saved(GREY, "JPEG", quality=95,
                                                exif=exif(orientation)), 0
    yield "turned6.png", saved(RGB, "PNG", exif=exif(6)), 0
    yield "turned8.tif", saved(RGB, "TIFF", tiffinfo={274: 8}), 0
    yield "gamma.png", with_chunk(saved(RGB, "PNG"), b"gAMA", struct.pack(">I", 100000)), 0
    yield "profile.png", with_chunk(saved(GREY, "PNG"), b"cHRM", struct.pack(
        ">8I", 31270, 32900, 70000, 29000, 30000, 60000, 15000, 6000)), 0
    random = numpy.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH - 9, 3))
    yield "hidden.png", saved(transparent(random), "PNG"), 0
    yield "hidden_otherwise.png", saved(transparent(7), "PNG"), 0
    yield "grey_alpha.png", saved(transparent(7).convert("LA"), "PNG"), 0
    yield "palette_alpha.png", saved(RGB.quantize(16), "PNG", transparency=3), 0
    cmyk = with_adobe(saved(RGB.convert("CMYK"), "JPEG", **jpeg))
    yield "cmyk.jpg", cmyk, 0
    yield "ycck.jpg", ycck(cmyk), 0
    yield "plain.tif", saved(RGB, "TIFF"), 0
    yield "grey.tif", saved(GREY, "TIFF"), 0
    yield "packed.tiff", saved(RGB, "TIFF", compression="tiff_lzw"), 0
    yield "deflate.tif", saved(RGB, "TIFF", compression="tiff_adobe_deflate"), 0
    yield "bits.tif", saved(GREY.point(lambda value: 255 * (value > 99)).convert("1"), "TIFF",
                            compression="group4"), 0
    yield "palette.tif", saved(RGB.quantize(16), "TIFF"), 0
    yield "inks.tif", saved(RGB.convert("CMYK"), "TIFF"), 1
    yield "hidden.tif", saved(transparent(random), "TIFF"), 1
    whole = saved(RGB, "JPEG", **jpeg)
    yield "no_end.jpg", whole[:-2], 0
    yield "stray.jpg", whole[:-2] + b"stray bytes" + whole[-2:], 0
    progressive = saved(RGB, "JPEG", progressive=True, **jpeg)
    yield "progressive.jpg", progressive, 0
    yield "progressive_no_end.jpg", progressive[:-2], 0
    yield "subsampled.jpg", saved(RGB, "JPEG", quality=80, subsampling=2), 0


def read(content, background):
    """The image as a viewer shows it."""
    image = Image.open(io.BytesIO(content))
    image.load()
    if image.format != "TIFF":  # which Pillow turns by itself, and would turn once more
        image = ImageOps.exif_transpose(image)
    if image.mode == "P" and "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in ("LA", "RGBA"):
        plain = image.convert("L" if image.mode == "LA" else "RGB")
        behind = Image.new(plain.mode, image.size, (background,) * len(plain.getbands()))
        behind.paste(plain, mask=image.getchannel("A"))
        return behind
    return image.convert("RGB") if image.mode in ("P", "CMYK", "YCbCr") else image


def main():
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # else Pillow asks for an end marker
    cases = []
    for name, content, tolerance in files():
        backgrounds = (0, 255) if "hidden" in name or "alpha" in name else (0,)
        for background in backgrounds:
            image = read(content, background).convert("RGB")
            cases.append({"name": name, "background": background, "height": image.height,
                          "width": image.width, "tolerance": tolerance, "pixels": pixels(image)})
    path = pathlib.Path(__file__).with_name("image_kinds.json")
    path.write_text(json.dumps({"files": {name: content.hex() for name, content, _ in files()},
                                "cases": cases}, indent=0) + "\n")
    print(f"{len(cases)} cases in {path}")


if __name__ == "__main__":
    main()
