// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import org.cairnlog.codec.PayloadFormat;
import org.cairnlog.testkit.PayloadFormatContract;

/** JSON keeps the contract of formats. */
class JsonFormatTest extends PayloadFormatContract {
    @Override
    protected PayloadFormat open() {
        return Json.format();
    }
}
